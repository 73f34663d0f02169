import type { Queryable } from '../../db/database.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import type { WallChoices } from '../desired-state.ts';

/** What this installation does with those not entitled to the Internet, as its settings say now. */
export async function readWallChoices(db: Queryable): Promise<WallChoices> {
  const { radius_on_suspended, radius_on_expired, radius_on_data_cap } = await readSettings(db);
  return { onSuspended: radius_on_suspended, onExpired: radius_on_expired, onDataCap: radius_on_data_cap };
}
