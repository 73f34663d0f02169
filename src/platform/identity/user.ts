import { conflict, invalid } from '../../kernel/errors.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { AuditImage } from './audit.ts';

/** What a user may do: everything, run the ISP, or see one customer's own. */
export const USER_ROLES = ['admin', 'user', 'customer'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** Somebody who may sign in, without what proves it. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string | undefined;
  readonly role: UserRole;
  /** Whose own objects a customer sees; staff have none. */
  readonly customerId: CustomerId | undefined;
  readonly createdAt: Date;
  readonly disabledAt: Date | undefined;
  readonly lastSignInAt: Date | undefined;
  /** Whether a code is asked for at sign-in. */
  readonly hasTotp: boolean;
}

/** The fields of a user that an administrator sets. */
export interface UserFields {
  readonly email: string;
  readonly name: string | undefined;
  readonly role: UserRole;
  readonly customerId: CustomerId | undefined;
}

const PASSWORD_LENGTH_MIN = 8;
/** bcrypt looks at no more than this. */
const PASSWORD_OCTETS_MAX = 72;

/** An e-mail address as it is kept; throws `validation_failed`. */
export function checkEmail(text: string): string {
  const email = text.trim();
  if (email.length <= 254 && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email)) return email;
  throw invalid(`'${email}' is no e-mail address.`, { email: 'must be an e-mail address' });
}

/** A password good enough to sign in with; throws `validation_failed` naming `field`. */
export function checkNewPassword(password: string, field = 'password'): string {
  if (password.length < PASSWORD_LENGTH_MIN) {
    throw invalid(`The password is too short: it must have at least ${PASSWORD_LENGTH_MIN} characters.`, {
      [field]: `must have at least ${PASSWORD_LENGTH_MIN} characters`,
    });
  }
  if (Buffer.byteLength(password) > PASSWORD_OCTETS_MAX || password.includes('\0')) {
    throw invalid(`The password is too long: it may have at most ${PASSWORD_OCTETS_MAX} octets.`, {
      [field]: `may have at most ${PASSWORD_OCTETS_MAX} octets and none of them zero`,
    });
  }
  return password;
}

/** Fields that fit together: a customer's account has a customer, staff have none. Throws `validation_failed`. */
export function checkUserFields(fields: UserFields): UserFields {
  const isCustomer = fields.role === 'customer';
  if (isCustomer !== (fields.customerId !== undefined)) {
    const rule = isCustomer ? 'must name the customer of this account' : 'is only for the role customer';
    throw invalid(`customer_id ${rule}.`, { customer_id: rule });
  }
  return { ...fields, email: checkEmail(fields.email), name: fields.name?.trim() || undefined };
}

/**
 * Refuses what would leave nobody in charge. `admins` are the ids of all enabled administrators before the change;
 * throws `own_account` or `last_admin`.
 */
export function checkAdminRemains(
  id: string,
  { admins, actingUserId }: { admins: readonly string[]; actingUserId: string | undefined },
): void {
  if (id === actingUserId) {
    throw conflict('own_account', 'You cannot take your own access away: ask another administrator.');
  }
  if (admins.length === 1 && admins[0] === id) {
    throw conflict('last_admin', 'This is the last administrator: make another one first.');
  }
}

/** A user as the audit log shows it. */
export function userImage(user: User): AuditImage {
  return {
    email: user.email,
    name: user.name ?? null,
    role: user.role,
    customer_id: user.customerId ?? null,
    is_disabled: user.disabledAt !== undefined,
    has_totp: user.hasTotp,
  };
}
