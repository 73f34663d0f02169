import type { Database } from '../db/database.ts';
import { notFound } from '../kernel/errors.ts';
import type { NasId } from '../kernel/ids.ts';
import { listNas } from '../network/nas/nas.store.ts';

/** The id of the NAS of a name; throws `nas_not_found`. */
export async function nasNamed(db: Database, name: string): Promise<NasId> {
  const nas = (await listNas(db)).find((one) => one.name === name);
  if (nas === undefined) throw notFound('nas_not_found', `There is no NAS named '${name}'.`);
  return nas.id;
}
