import { violatedConstraint } from '../db/constraint-errors.ts';
import type { Database, Transaction } from '../db/database.ts';
import { type AppError, conflict, notFound } from '../kernel/errors.ts';
import { type NasId, randomSecret } from '../kernel/ids.ts';
import type { SecretBox } from '../platform/secrets/secret-box.ts';
import { countOpenSessionsOfNas } from '../usage/sessions/session-report.store.ts';
import {
  deleteNas,
  insertNas,
  lockNasByName,
  type NasClient,
  nasNameAt,
  updateNasSecrets,
} from './nas.store.ts';
import { type CheckedNas, checkNas, checkSecret, type NewNas, secretWarning } from './nas.ts';

/** What the NAS use cases work with. */
export interface NasDeps {
  readonly db: Database;
  readonly box: SecretBox;
}

const generatedSecretLength = 24;

/** Adds a NAS. Throws `validation_failed`, `nas_name_taken` or `nas_address_taken`. */
export async function addNas(
  deps: NasDeps,
  input: NewNas,
): Promise<{ id: NasId; nas: CheckedNas; warning: string | undefined }> {
  const nas = checkNas(input);
  try {
    const id = await insertNas(deps.db, nas, deps.box.seal(nas.secret));
    return { id, nas, warning: secretWarning(nas.secret) };
  } catch (error) {
    throw await explainDuplicate(deps.db, nas, error);
  }
}

/** Forgets a NAS, whose packets are dropped from then on; says how many sessions were open on it. */
export async function removeNas(deps: NasDeps, name: string): Promise<{ openSessions: number }> {
  return deps.db.transaction(async (tx) => {
    const nas = await requireNas(tx, name);
    const openSessions = await countOpenSessionsOfNas(tx, nas.id);
    await deleteNas(tx, nas.id);
    return { openSessions };
  });
}

/**
 * Gives a NAS a new secret (generated when none is named) while the old one stays valid, until
 * `finishSecretRotation`. Throws `nas_not_found` or `rotation_unfinished`.
 */
export async function rotateNasSecret(
  deps: NasDeps,
  change: { name: string; secret?: string | undefined },
): Promise<{ secret: string; isGenerated: boolean; warning: string | undefined }> {
  const secret = checkSecret(change.secret ?? randomSecret(generatedSecretLength));
  await deps.db.transaction(async (tx) => {
    const nas = await requireNas(tx, change.name);
    if (nas.isRotating) {
      throw conflict(
        'rotation_unfinished',
        `The previous secret of '${nas.name}' is still valid: end that rotation first (--finish).`,
      );
    }
    await updateNasSecrets(tx, nas.id, {
      secretEnc: deps.box.seal(secret),
      previousSecretEnc: nas.secretEnc,
    });
  });
  return { secret, isGenerated: change.secret === undefined, warning: secretWarning(secret) };
}

/** Makes the old secret invalid. Throws `nas_not_found` or `no_rotation`. */
export async function finishSecretRotation(deps: NasDeps, name: string): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const nas = await requireNas(tx, name);
    if (!nas.isRotating) {
      throw conflict('no_rotation', `'${nas.name}' has only one secret: there is no rotation to finish.`);
    }
    await updateNasSecrets(tx, nas.id, { secretEnc: nas.secretEnc, previousSecretEnc: null });
  });
}

async function requireNas(tx: Transaction, name: string): Promise<NasClient> {
  const nas = await lockNasByName(tx, name);
  if (nas === undefined) throw notFound('nas_not_found', `There is no NAS named '${name}'.`);
  return nas;
}

async function explainDuplicate(db: Database, nas: CheckedNas, error: unknown): Promise<AppError | unknown> {
  const constraint = violatedConstraint(error);
  if (constraint === 'nas_name_key') {
    return conflict('nas_name_taken', `There is a NAS named '${nas.name}' already.`);
  }
  if (constraint !== 'nas_address_identifier_key') return error;
  const holder = await nasNameAt(db, nas);
  return conflict(
    'nas_address_taken',
    `The address ${nas.address} belongs to the NAS '${holder ?? '?'}': routers that share an address need a NAS-Identifier each.`,
  );
}
