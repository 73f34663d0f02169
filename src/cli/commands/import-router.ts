import { importRouter, ROUTER_PARTS, type RouterPart } from '../../network/import/import-router.service.ts';
import { UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { reportImport, writeImportErrors } from '../import-outcome.ts';
import { nasNamed } from '../nas-named.ts';
import { withRouterDriver } from '../router-driver.ts';

/** The command `import router`. */
export const importRouterCommand: Command = {
  name: 'import router',
  summary: 'take over the profiles, PPP secrets, pools and queues of a router by its API',
  positionals: [{ name: 'name', help: 'the NAS; it needs API credentials' }],
  options: {
    apply: { help: 'do it; without it is a dry run, which says what would be done' },
    parts: { value: 'LIST', help: `of ${ROUTER_PARTS.join(',')} (all)` },
    errors: { value: 'FILE', help: 'write what was left out, with the reason, as CSV' },
  },
  notes: [
    'Profiles become packages at price 0, secrets become services, a queue for one address a service on that address;',
    'pools become the pools of their packages. The router is only read, and its secrets go on winning over RADIUS.',
    'Passwords are hidden from an API user without the policy sensitive: such secrets are reported and left.',
    'Every import can be undone: import list, import undo. Exit status 1 when something was left out.',
  ],
  examples: ['import router tower-1', 'import router tower-1 --parts profiles,secrets --apply'],
  async run(call) {
    const { args, open } = call;
    const name = args.required('name');
    const parts = partsOf(args.text('parts'));
    const { db, box, clock, businessClock, actor } = await open();
    const startedMs = clock.monotonicMs();
    const nasId = await nasNamed(db, name);
    const isDryRun = !args.flag('apply');
    const ended = await withRouterDriver(db, (router) =>
      importRouter({ db, box, clock: businessClock, router }, { nasId, parts, isDryRun, actor }),
    );
    const seconds = Math.round(clock.monotonicMs() - startedMs) / 1000;
    const errorsFile = args.text('errors');
    if (errorsFile !== undefined) await writeImportErrors(db, ended.run.id, errorsFile);
    const status = reportImport(call, ended, { file: name, seconds });
    if (isDryRun) call.out.note('Nothing was changed: add --apply to do it.');
    return status;
  },
};

function partsOf(text: string | undefined): readonly RouterPart[] {
  if (text === undefined) return ROUTER_PARTS;
  return text.split(',').map((word) => {
    const part = ROUTER_PARTS.find((one) => one === word.trim());
    if (part !== undefined) return part;
    throw new UsageError(`--parts cannot be '${text}': it must be of ${ROUTER_PARTS.join(', ')}.`);
  });
}
