import type { Database } from '../../db/database.ts';
import { notFound } from '../../kernel/errors.ts';
import type { NasId } from '../../kernel/ids.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import { listNasReports, type NasReport } from './nas.store.ts';

export type { NasReport };

/** One page of NAS by name; `q` is a part of the name or of the address. */
export function readNasPage(
  db: Database,
  filter: { readonly q?: string | undefined; readonly after?: string | undefined; readonly limit: number },
): Promise<NasReport[]> {
  return listNasReports(db, filter);
}

/** A NAS with what is heard of it. Throws `nas_not_found`. */
export async function readNas(db: Database, id: NasId): Promise<NasReport> {
  const [found] = await listNasReports(db, { id, limit: 1 });
  if (found === undefined) throw notFound('nas_not_found', `There is no NAS ${id}.`);
  return found;
}

/** The NAS of a name. Throws `nas_not_found`. */
export async function readNasNamed(db: Database, name: string): Promise<NasReport> {
  const found = (await listNasReports(db, { q: name, limit: 1_000 })).find((nas) => nas.name === name);
  if (found === undefined) throw notFound('nas_not_found', `There is no NAS named '${name}'.`);
  return found;
}

/** How often a router should report usage, in seconds, where neither it nor the package says. */
export async function readInterimInterval(db: Database): Promise<number> {
  return (await readSettings(db)).radius_interim_interval_s;
}
