import type { CustomerId } from '../../kernel/ids.ts';
import type { User, UserRole } from './user.ts';

/** What proves that somebody is a user; never leaves the use cases of signing in. */
export interface StoredUser extends User {
  readonly passwordHash: string;
  /** Sealed; undefined before an enrolment has begun. */
  readonly totpSecret: Buffer | undefined;
}

/** A row of the table `users`. */
interface UserRow {
  readonly id: bigint;
  readonly email: string;
  readonly name: string | null;
  readonly role: string;
  readonly customerId: bigint | null;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  readonly lastSignInAt: Date | null;
  readonly passwordHash: string;
  readonly totpSecret: Buffer | null;
  readonly totpConfirmedAt: Date | null;
}

/** A row as the product knows it; the database checks the role. */
export function userOf(row: UserRow): StoredUser {
  return {
    id: String(row.id),
    email: row.email,
    name: row.name ?? undefined,
    role: row.role as UserRole,
    customerId: row.customerId === null ? undefined : (String(row.customerId) as CustomerId),
    createdAt: row.createdAt,
    disabledAt: row.disabledAt ?? undefined,
    lastSignInAt: row.lastSignInAt ?? undefined,
    hasTotp: row.totpConfirmedAt !== null,
    passwordHash: row.passwordHash,
    totpSecret: row.totpSecret ?? undefined,
  };
}
