import { readRunRows, requireRun } from '../../network/import/import-run.service.ts';
import type { Command } from '../command.ts';
import { printable } from '../table.ts';

const ACTIONS = ['create', 'exists', 'differs', 'left'] as const;
const rowsPerPage = 1_000;

/** The command `import rows`. */
export const importRowsCommand: Command = {
  name: 'import rows',
  summary: 'show what became of each row of an import, or would',
  positionals: [{ name: 'id', help: 'the import' }],
  options: { action: { value: 'A', help: `only ${ACTIONS.join(', ')}` } },
  examples: ['import rows 7 --action left'],
  async run({ args, out, open }) {
    const { db } = await open();
    const { id: runId } = await requireRun(db, String(args.integer('id', { min: 1, max: 1e15 })));
    const action = args.choice('action', ACTIONS);
    for (let afterId: string | undefined; ; ) {
      const rows = await readRunRows(db, { runId, action, afterId, limit: rowsPerPage });
      for (const row of rows) {
        const { line, kind, name, detail } = row;
        out.line({ line, kind, name, action: row.action, detail }, () =>
          printable(`${line}  ${row.action}  ${kind} ${name}${detail === undefined ? '' : `: ${detail}`}`),
        );
      }
      afterId = rows.at(-1)?.id;
      if (afterId === undefined || rows.length < rowsPerPage) return undefined;
    }
  },
};
