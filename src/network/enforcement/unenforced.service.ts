import type { Database } from '../../db/database.ts';
import { listUnenforced, type UnenforcedPlace } from './unenforced.store.ts';
import type { Unenforced } from './unenforced.ts';

export type { Unenforced, UnenforcedPlace };

/** A page of what the network does not do yet, of one router or of all. */
export function readUnenforced(
  db: Database,
  page: {
    readonly nasId?: string | undefined;
    readonly after?: UnenforcedPlace | undefined;
    readonly limit: number;
  },
): Promise<Unenforced[]> {
  return listUnenforced(db, page);
}
