import { invalid } from '../../kernel/errors.ts';
import { randomSecret } from '../../kernel/ids.ts';
import { checkMac, checkPassword, checkUsername, PASSWORD_LENGTH } from './credential.ts';
import type { ServiceDeps } from './provisioning.service.ts';
import {
  recordChange,
  requireLiving,
  type ServiceChange,
  type ServiceOrder,
} from './service-change.service.ts';
import { explainTaken } from './taken.service.ts';

/** What is to be changed; left out: as it is. A MAC address of null unlocks the service. */
export interface CredentialChange {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Makes a password of its own in place of `password`. */
  readonly isPasswordGenerated?: boolean | undefined;
  readonly macAddress?: string | null | undefined;
}

/**
 * Changes what a service logs in with; live sessions go on, the next login needs the new. Answers the password
 * when it made one. Throws `service_not_found`, `service_cancelled`, `username_taken` or `validation_failed`.
 */
export async function setServiceCredentials(
  deps: ServiceDeps,
  order: ServiceOrder & { readonly change: CredentialChange },
): Promise<ServiceChange & { readonly generatedPassword: string | undefined }> {
  const { change } = order;
  const generatedPassword = change.isPasswordGenerated ? randomSecret(PASSWORD_LENGTH) : undefined;
  const password = generatedPassword ?? change.password;
  const newName = change.username === undefined ? undefined : checkUsername(change.username);
  const newMac = change.macAddress == null ? change.macAddress : checkMac(change.macAddress);
  if (newName === undefined && password === undefined && newMac === undefined) {
    throw invalid('Say what is to change: username, password or mac_address.');
  }
  try {
    const done = await deps.db.transaction(async (tx) => {
      const service = await requireLiving(tx, order);
      const mac = newMac === undefined ? service.macAddress : (newMac ?? undefined);
      const whole = { username: newName ?? service.username, mac };
      return recordChange(tx, order.actor, service, {
        patch: {
          ...(newName === undefined ? {} : { username: newName }),
          ...(password === undefined ? {} : { passwordEnc: deps.box.seal(checkPassword(password, whole)) }),
          ...(newMac === undefined ? {} : { macAddress: newMac }),
        },
        action: 'credentials_changed',
        topics: ['service.credentials_changed'],
        detail: {
          username_changed: whole.username !== service.username,
          password_changed: password !== undefined,
          mac_changed: whole.mac !== service.macAddress,
        },
      });
    });
    return { ...done, generatedPassword };
  } catch (error) {
    throw await explainTaken(deps.db, { username: newName }, error);
  }
}
