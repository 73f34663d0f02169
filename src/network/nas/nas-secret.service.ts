import { conflict } from '../../kernel/errors.ts';
import { randomSecret } from '../../kernel/ids.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { GENERATED_SECRET_LENGTH, type NasDeps, type NasOrder, requireNas } from './nas.service.ts';
import { updateNas } from './nas.store.ts';
import { checkSecret, secretWarning } from './nas.ts';

/**
 * Gives a NAS a new secret (generated when none is named) while the old one stays valid, until
 * `finishSecretRotation`. Throws `nas_not_found`, `validation_failed` or `rotation_unfinished`.
 */
export async function rotateNasSecret(
  deps: NasDeps,
  order: NasOrder & { readonly secret?: string | undefined },
): Promise<{ secret: string; isGenerated: boolean; warning: string | undefined }> {
  const secret = checkSecret(order.secret ?? randomSecret(GENERATED_SECRET_LENGTH));
  await deps.db.transaction(async (tx) => {
    const nas = await requireNas(tx, order);
    if (nas.isRotating) {
      throw conflict(
        'rotation_unfinished',
        `The previous secret of '${nas.name}' is still valid: finish that rotation first.`,
      );
    }
    await updateNas(tx, nas.id, { secretEnc: deps.box.seal(secret), previousSecretEnc: nas.secretEnc });
    await recordAudit(tx, {
      actor: order.actor,
      action: 'nas.secret_rotated',
      entity: 'nas',
      entityId: nas.id,
      before: { is_rotating: false },
      after: { is_rotating: true },
    });
  });
  return { secret, isGenerated: order.secret === undefined, warning: secretWarning(secret) };
}

/** Makes the old secret invalid. Throws `nas_not_found` or `no_rotation`. */
export async function finishSecretRotation(deps: NasDeps, order: NasOrder): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const nas = await requireNas(tx, order);
    if (!nas.isRotating) {
      throw conflict('no_rotation', `'${nas.name}' has only one secret: there is no rotation to finish.`);
    }
    await updateNas(tx, nas.id, { previousSecretEnc: null });
    await recordAudit(tx, {
      actor: order.actor,
      action: 'nas.rotation_finished',
      entity: 'nas',
      entityId: nas.id,
      before: { is_rotating: true },
      after: { is_rotating: false },
    });
  });
}
