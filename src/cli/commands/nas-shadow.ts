import type { NasId } from '../../kernel/ids.ts';
import { endShadow, readComparisons, readShadow, setShadow } from '../../network/nas/nas-shadow.service.ts';
import { SHADOW_MODES, type ShadowComparison } from '../../network/nas/nas-shadow.ts';
import { UsageError } from '../arguments.ts';
import type { Command, CommandCall } from '../command.ts';
import { formatCount } from '../format.ts';
import { nasNamed } from '../nas-named.ts';
import { table } from '../table.ts';

const rowsShownMax = 200;
const port = { min: 1, max: 65_535 };

/** The command `nas shadow`. */
export const nasShadowCommand: Command = {
  name: 'nas shadow',
  summary: 'try a router beside its old RADIUS server, or show how its logins compare',
  positionals: [{ name: 'name', help: 'the NAS' }],
  options: {
    mode: { value: 'M', help: `live, ${SHADOW_MODES.join(', ')}; without it the report is shown` },
    server: { value: 'A', help: 'address of the old server' },
    secret: { value: 'S', help: 'what the old server knows this host by' },
    'auth-port': { value: 'N', help: '1812 when left out' },
    'acct-port': { value: 'N', help: '1813 when left out' },
    all: { help: 'show logins that compare alike too' },
  },
  notes: [
    'shadow: the old server decides every login and its answer goes to the router; ours is only compared with it.',
    'Accounting is counted here and copied to the old server. accounting_only: logins get no answer here.',
    'live: logins are answered from here. Other routers are never touched.',
  ],
  examples: [
    "nas shadow tower-1 --mode shadow --server 10.0.0.2 --secret 'the-secret-there'",
    'nas shadow tower-1',
    'nas shadow tower-1 --mode live',
  ],
  async run(call) {
    const { args, open } = call;
    const mode = args.choice('mode', ['live', ...SHADOW_MODES] as const);
    const { db, box, actor } = await open();
    const id = await nasNamed(db, args.required('name'));
    if (mode === 'live') await endShadow({ db, box }, { id, actor });
    else if (mode !== undefined) {
      const input = {
        mode,
        server: args.text('server'),
        secret: args.text('secret'),
        authPort: args.integer('auth-port', port),
        acctPort: args.integer('acct-port', port),
      };
      await setShadow({ db, box }, { id, actor, input });
    } else if (args.text('server') !== undefined) throw new UsageError('--mode is missing.');
    await report(call, id);
    return undefined;
  },
};

async function report({ args, out, open }: CommandCall, nasId: NasId): Promise<void> {
  const { db } = await open();
  const shadow = await readShadow(db, nasId);
  const page = { nasId, outcome: undefined, after: undefined, limit: rowsShownMax };
  const found = await readComparisons(db, args.flag('all') ? page : { ...page, outcome: 'different' });
  out.result({ mode: shadow?.mode ?? 'live', shadow, logins: found }, () => {
    if (shadow === undefined && found.length === 0) return 'It is live: logins are answered from here.';
    const { same = 0, different = 0, silent = 0 } = shadow?.counts ?? {};
    const head = `${shadow?.mode ?? 'live'}: ${formatCount(same)} names alike, ${formatCount(different)} different, ${formatCount(silent)} without an answer of the old server.`;
    return found.length === 0 ? head : `${head}\n${comparisonTable(found)}`;
  });
}

function comparisonTable(found: readonly ShadowComparison[]): string {
  const titles = ['user', 'differs in', 'ours', 'old server', 'last'].map((title) => ({ title }));
  const words = (answer: Readonly<Record<string, string>>, of: readonly string[]) =>
    of.map((name) => answer[name] ?? 'none').join(', ');
  return table(
    titles,
    found.map(({ username, outcome, differences, ours, theirs, lastAt }) => [
      username,
      differences.join(', ') || outcome,
      words(ours, differences),
      words(theirs, differences),
      lastAt.toISOString().slice(0, 16),
    ]),
  );
}
