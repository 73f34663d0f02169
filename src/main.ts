import { parseArgs } from 'node:util';
import { z } from 'zod';
import { messageOf } from './kernel/errors.ts';
import { productProgram } from './kernel/product-files.ts';
import { roles } from './platform/config/keys.ts';
import { runRole } from './supervisor/role-main.ts';
import { exitStatus, supervise } from './supervisor/supervisor.ts';

const usage = `usage: npm start            the product, see docs/configuration.md for its settings
       npm run demo         the same with a demo ISP and simulated routers
`;

/** Without arguments the supervisor; with `--role R` the process of one role, which only the supervisor starts. */
async function main(): Promise<void> {
  const { role, demo, help } = readArguments();
  if (help) {
    process.stdout.write(usage);
    return;
  }
  if (role !== undefined) return runRole(role, () => import('./app.ts'));
  process.exit(await supervise({ entry: productProgram('main'), isDemo: demo }));
}

function readArguments() {
  const options = { role: { type: 'string' }, demo: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const schema = z.object({
    role: z.enum([...roles, 'demo']).optional(),
    demo: z.boolean().default(false),
    help: z.boolean().default(false),
  });
  try {
    return schema.parse(parseArgs({ options }).values);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n${usage}`);
    process.exit(exitStatus.badConfiguration);
  }
}

// A terminal or pipe that goes away must not take the product with it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
await main();
