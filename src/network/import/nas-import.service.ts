import { AppError } from '../../kernel/errors.ts';
import type { NasId } from '../../kernel/ids.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import type { FoundNas } from '../../subscribers/import/found.ts';
import type { ImportRecorder } from '../../subscribers/import/import-recorder.service.ts';
import type { RowRecord } from '../../subscribers/import/row-record.ts';
import { addNas, type NasDeps } from '../nas/nas.service.ts';
import { listNas } from '../nas/nas.store.ts';
import { checkNas, type NewNas, secretWarning } from '../nas/nas.ts';

/**
 * Adds the routers of a source that are not there yet, by address. Returns how many; what cannot be added, and what is
 * no MikroTik, is said by row.
 */
export async function importNas(
  deps: NasDeps,
  found: readonly FoundNas[],
  order: { readonly actor: Actor; readonly isDryRun: boolean; readonly recorder: ImportRecorder },
): Promise<number> {
  const known = await listNas(deps.db);
  const addresses = new Set(known.map(({ address }) => address));
  const names = new Set(known.map(({ name }) => name));
  const rows: RowRecord[] = [];
  let added = 0;
  for (const one of found) {
    const row = { line: one.line, kind: 'nas' as const, name: one.name || one.address };
    try {
      const nas = checkNas(toNewNas(one, names));
      if (addresses.has(nas.address)) {
        rows.push({ ...row, action: 'exists', detail: `There is a router with the address ${nas.address}.` });
        continue;
      }
      if (!order.isDryRun) await add(deps, nas, order);
      addresses.add(nas.address);
      names.add(nas.name);
      added += 1;
      const detail = [makeWarning(one.type), secretWarning(nas.secret)].filter(Boolean).join(' ');
      rows.push({ ...row, action: 'create', detail: detail || undefined });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      rows.push({ ...row, action: 'left', detail: error.message });
    }
  }
  await order.recorder.rows(deps.db, rows);
  return added;
}

function add(
  deps: NasDeps,
  nas: NewNas,
  { actor, recorder }: { readonly actor: Actor; readonly recorder: ImportRecorder },
): Promise<unknown> {
  return addNas(deps, { ...nas, actor }, (tx, id: NasId) => recorder.made(tx, 'nas', [id]));
}

/** Names are free text elsewhere: what cannot stand in one here becomes a dash, and a taken one gets its address. */
function toNewNas(found: FoundNas, taken: ReadonlySet<string>): NewNas {
  const plain = (found.name || found.address)
    .replace(/[^\p{L}\p{N} ._:@-]/gu, '-')
    .slice(0, 40)
    .trim();
  const name = taken.has(plain) ? `${plain} ${found.address.replaceAll('/', '-')}` : plain;
  return { name, address: found.address, secret: found.secret };
}

function makeWarning(type: string): string | undefined {
  if (/^(|mikrotik|routeros|other)$/i.test(type)) return undefined;
  return `It is a '${type}': logins and accounting are answered, but speeds and CoA are MikroTik's.`;
}
