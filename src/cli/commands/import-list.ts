import { readRuns } from '../../network/import/import-run.service.ts';
import type { Command } from '../command.ts';
import { formatCount } from '../format.ts';
import { table } from '../table.ts';

const SHOWN_MAX = 50;

/** The command `import list`. */
export const importListCommand: Command = {
  name: 'import list',
  summary: 'show imports and dry runs, the newest first',
  examples: ['import list'],
  async run({ out, open }) {
    const { db } = await open();
    const items = await readRuns(db, { beforeId: undefined, limit: SHOWN_MAX });
    out.result({ items }, () =>
      items.length === 0
        ? 'Nothing was imported yet.'
        : table(
            [
              { title: 'id', isRight: true },
              { title: 'at' },
              { title: 'format' },
              { title: 'source' },
              { title: 'state' },
              { title: 'created', isRight: true },
              { title: 'existed', isRight: true },
              { title: 'left', isRight: true },
              { title: 'by' },
            ],
            items.map((run) => [
              run.id,
              run.createdAt.toISOString().slice(0, 16),
              run.format,
              run.source,
              run.isDryRun ? 'dry run' : run.state,
              ...[run.counts.created, run.counts.skipped, run.counts.failed].map((n) => formatCount(n ?? 0)),
              run.actor,
            ]),
          ),
    );
    return undefined;
  },
};
