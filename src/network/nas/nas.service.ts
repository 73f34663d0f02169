import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { AppError, conflict, invalid, notFound } from '../../kernel/errors.ts';
import { type NasId, randomSecret } from '../../kernel/ids.ts';
import { checkVersion } from '../../kernel/version.ts';
import { type Actor, SYSTEM_ACTOR } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { SecretBox } from '../../platform/secrets/secret-box.ts';
import { countOpenSessionsOfNas } from '../../usage/sessions/session-report.store.ts';
import {
  countProvisionsOfNas,
  deleteNas,
  insertNas,
  lockNas,
  type NasClient,
  nasNameAt,
  updateNas,
} from './nas.store.ts';
import {
  type CheckedNas,
  checkNas,
  checkNasChange,
  type NasChange,
  type NasRef,
  type NewNas,
  nasImage,
  secretWarning,
} from './nas.ts';

/** What the NAS use cases work with. */
export interface NasDeps {
  readonly db: Database;
  readonly box: SecretBox;
}

/** Which NAS, and who acts. With `version` the change is made only to that version of it. */
export type NasOrder = NasRef & { readonly actor: Actor; readonly version?: number | undefined };

/** Of a secret that is made here: beyond guessing from captured packets. */
export const GENERATED_SECRET_LENGTH = 24;

/**
 * Adds a NAS; without a secret one is made. Throws `validation_failed`, `nas_name_taken` or `nas_address_taken`.
 * Without an actor it is the product itself. `afterwards` runs in the same transaction.
 */
export async function addNas(
  deps: NasDeps,
  input: Omit<NewNas, 'secret'> & { secret?: string | undefined; actor?: Actor | undefined },
  afterwards: (tx: Transaction, id: NasId) => Promise<void> = async () => undefined,
): Promise<{ id: NasId; nas: CheckedNas; isGenerated: boolean; warning: string | undefined }> {
  const { actor = SYSTEM_ACTOR, secret = randomSecret(GENERATED_SECRET_LENGTH), ...rest } = input;
  const nas = checkNas({ ...rest, secret });
  try {
    const id = await deps.db.transaction(async (tx) => {
      const added = await insertNas(tx, nas, deps.box.seal(nas.secret));
      await recordAudit(tx, {
        actor,
        action: 'nas.created',
        entity: 'nas',
        entityId: added.id,
        after: nasImage(added),
      });
      await afterwards(tx, added.id);
      return added.id;
    });
    return { id, nas, isGenerated: input.secret === undefined, warning: secretWarning(nas.secret) };
  } catch (error) {
    throw await explainDuplicate(deps.db, nas, error);
  }
}

/**
 * Changes a NAS; the RADIUS roles know within a second. Throws `nas_not_found`, `version_conflict`,
 * `validation_failed`, `nas_name_taken` or `nas_address_taken`.
 */
export async function editNas(
  deps: NasDeps,
  order: NasOrder & { readonly change: NasChange },
): Promise<NasClient> {
  const change = checkNasChange(order.change);
  if (Object.keys(change).length === 0) throw invalid('Say what is to change.');
  let before: NasClient | undefined;
  try {
    return await deps.db.transaction(async (tx) => {
      before = await requireNas(tx, order);
      // Whoever says anew how it must sign has it learnt anew.
      const isRelearnt = change.requireMessageAuthenticator !== undefined;
      const patch = isRelearnt ? { ...change, messageAuthenticatorLearntAt: null } : change;
      const after = await updateNas(tx, before.id, patch);
      await recordAudit(tx, {
        actor: order.actor,
        action: 'nas.updated',
        entity: 'nas',
        entityId: before.id,
        before: nasImage(before),
        after: nasImage(after),
      });
      return after;
    });
  } catch (error) {
    const { name = '', address = '', nasIdentifier = null } = { ...before, ...change };
    throw await explainDuplicate(deps.db, { name, address, nasIdentifier }, error);
  }
}

/**
 * Forgets a NAS, whose packets are dropped from then on; says how many sessions were open on it. Throws
 * `nas_keeps_services` while services are kept on it.
 */
export async function removeNas(deps: NasDeps, order: NasOrder): Promise<{ openSessions: number }> {
  return deps.db.transaction(async (tx) => {
    const nas = await requireNas(tx, order);
    await refuseWhileItKeepsServices(tx, nas);
    const openSessions = await countOpenSessionsOfNas(tx, nas.id);
    await deleteNas(tx, nas.id);
    await recordAudit(tx, {
      actor: order.actor,
      action: 'nas.deleted',
      entity: 'nas',
      entityId: nas.id,
      before: nasImage(nas),
    });
    return { openSessions };
  });
}

/** What is ours on a router must be taken off it while it can still be reached. */
async function refuseWhileItKeepsServices(tx: Transaction, nas: NasClient): Promise<void> {
  const kept = await countProvisionsOfNas(tx, nas.id);
  if (kept === 0) return;
  throw conflict(
    'nas_keeps_services',
    `'${nas.name}' keeps ${kept} service(s) itself: set their mode to radius first, and delete it when they have left it.`,
  );
}

/** The NAS, locked. Throws `nas_not_found` or `version_conflict`. */
export async function requireNas(
  tx: Transaction,
  ref: NasRef & { readonly version?: number | undefined },
): Promise<NasClient> {
  const nas = await lockNas(tx, ref);
  if (nas === undefined) {
    const name = 'id' in ref ? ref.id : `named '${ref.name}'`;
    throw notFound('nas_not_found', `There is no NAS ${name}.`);
  }
  checkVersion(ref.version, nas.version);
  return nas;
}

async function explainDuplicate(
  db: Database,
  nas: { readonly name: string; readonly address: string; readonly nasIdentifier: string | null | undefined },
  error: unknown,
): Promise<unknown> {
  const constraint = violatedConstraint(error);
  if (constraint === 'nas_name_key') {
    return taken('nas_name_taken', 'name', `There is a NAS named '${nas.name}' already.`);
  }
  if (constraint !== 'nas_address_identifier_key') return error;
  const { address, nasIdentifier = null } = nas;
  const holder = await nasNameAt(db, { address, nasIdentifier });
  return taken(
    'nas_address_taken',
    'address',
    `The address ${address} belongs to the NAS '${holder ?? '?'}': routers that share an address need a NAS-Identifier each.`,
  );
}

function taken(code: string, field: string, message: string): AppError {
  return new AppError('conflict', code, message, { fields: { [field]: 'is taken' } });
}
