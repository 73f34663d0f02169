import { undoImport } from '../../network/import/undo.service.ts';
import type { UndoResult } from '../../network/import/undo.ts';
import type { Command } from '../command.ts';
import { formatCount } from '../format.ts';
import { printable } from '../table.ts';

const keptShown = 20;

/** The command `import undo`. */
export const importUndoCommand: Command = {
  name: 'import undo',
  summary: 'take away what an import made and nobody has used or changed since',
  positionals: [{ name: 'id', help: 'the import; import list shows it' }],
  options: { 'dry-run': { help: 'say what would be taken away, change nothing' } },
  notes: ['What has sessions, invoices or later changes is kept and named with the reason.'],
  examples: ['import undo 7 --dry-run', 'import undo 7'],
  async run({ args, out, open }) {
    const id = String(args.integer('id', { min: 1, max: 1e15 }));
    const isDryRun = args.flag('dry-run');
    const { db, clock, actor } = await open();
    const result = await undoImport(db, { id, isDryRun, actor, nowMs: clock.nowMs() });
    out.result({ importId: id, isDryRun, ...result }, () => summary(result, isDryRun));
    if (out.isJson) return undefined;
    for (const { kind, name, kept } of result.kept.slice(0, keptShown)) {
      out.note(`kept: ${kind} ${printable(name)}. ${kept ?? ''}`);
    }
    const more = result.keptCount - Math.min(result.keptCount, keptShown);
    if (more > 0) out.note(`and ${formatCount(more)} more; --json lists a thousand.`);
    return undefined;
  },
};

function summary({ removed, keptCount }: UndoResult, isDryRun: boolean): string {
  const parts = [
    ['services', removed.service],
    ['customers', removed.customer],
    ['packages', removed.package],
    ['routers', removed.nas],
    ['past sessions', removed.session],
  ] as const;
  const gone = parts.map(([what, count]) => `${formatCount(count)} ${what}`).join(', ');
  return `${isDryRun ? 'Would be removed' : 'Removed'}: ${gone}. Kept: ${formatCount(keptCount)}.`;
}
