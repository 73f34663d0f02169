import type { Database } from '../../db/database.ts';
import type { NasId } from '../../kernel/ids.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { type NasDeps, type NasOrder, requireNas } from './nas.service.ts';
import {
  deleteShadow,
  findShadow,
  listComparisons,
  lockShadow,
  putShadow,
  type StoredShadow,
} from './nas-shadow.store.ts';
import { checkShadow, type ShadowComparison, type ShadowInput, type ShadowView } from './nas-shadow.ts';

/**
 * Takes a NAS out of live service, or changes how: the RADIUS roles know within a second, and no other NAS is touched.
 * What was compared before is forgotten. Throws `nas_not_found` or `validation_failed`.
 */
export async function setShadow(
  deps: NasDeps,
  order: NasOrder & { readonly input: ShadowInput },
): Promise<{ readonly nasId: NasId }> {
  return deps.db.transaction(async (tx) => {
    const nas = await requireNas(tx, order);
    const before = await lockShadow(tx, nas.id);
    const { secret, ...checked } = checkShadow(order.input, before?.secretEnc !== undefined);
    const secretEnc = secret === undefined ? before?.secretEnc : deps.box.seal(secret);
    const after = { ...checked, secretEnc: checked.server === undefined ? undefined : secretEnc };
    await putShadow(tx, nas.id, after);
    await recordAudit(tx, {
      actor: order.actor,
      action: 'nas.shadowed',
      entity: 'nas',
      entityId: nas.id,
      before: image(before),
      after: image(after),
    });
    return { nasId: nas.id };
  });
}

/** Makes a NAS live: its logins are answered from here. Done again it changes nothing. Throws `nas_not_found`. */
export async function endShadow(deps: NasDeps, order: NasOrder): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const nas = await requireNas(tx, order);
    const before = await lockShadow(tx, nas.id);
    if (before === undefined) return;
    await deleteShadow(tx, nas.id);
    await recordAudit(tx, {
      actor: order.actor,
      action: 'nas.made_live',
      entity: 'nas',
      entityId: nas.id,
      before: image(before),
      after: image(undefined),
    });
  });
}

/** How a NAS is served; undefined: live. */
export function readShadow(db: Database, nasId: string): Promise<ShadowView | undefined> {
  return findShadow(db, nasId);
}

/** A page of how its logins compared, by name. */
export function readComparisons(
  db: Database,
  page: Parameters<typeof listComparisons>[1],
): Promise<ShadowComparison[]> {
  return listComparisons(db, page);
}

function image(shadow: StoredShadow | undefined): Record<string, unknown> {
  if (shadow === undefined) return { mode: 'live' };
  const { mode, server = null, authPort, acctPort, timeoutMs } = shadow;
  return { mode, server, auth_port: authPort, acct_port: acctPort, timeout_ms: timeoutMs };
}
