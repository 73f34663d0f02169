import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { amount, bytea, createdAt, id, instant } from '../columns.ts';
import { customers } from './customers.ts';

/**
 * People who sign in: staff (admin, user) and customers. `totp_secret` is sealed; it counts from `totp_confirmed_at`
 * on, and `totp_last_step` is the last time step that was accepted, so that no code works twice.
 */
export const users = pgTable(
  'users',
  {
    id: id(),
    email: text('email').notNull(),
    name: text('name'),
    passwordHash: text('password_hash').notNull(),
    role: text('role').notNull(),
    customerId: amount('customer_id').references(() => customers.id),
    createdAt: createdAt(),
    disabledAt: instant('disabled_at'),
    lastSignInAt: instant('last_sign_in_at'),
    totpSecret: bytea('totp_secret'),
    totpConfirmedAt: instant('totp_confirmed_at'),
    totpLastStep: amount('totp_last_step'),
  },
  (t) => [
    uniqueIndex('users_email_key').on(sql`lower(${t.email})`),
    index('users_customer_idx').on(t.customerId),
    check('users_role', sql`${t.role} in ('admin', 'user', 'customer')`),
    check('users_customer', sql`(${t.role} = 'customer') = (${t.customerId} is not null)`),
    check('users_totp', sql`${t.totpConfirmedAt} is null or ${t.totpSecret} is not null`),
  ],
);

/** One sign-in of one user on one device, until it ends, is revoked or lapses. Access tokens name it. */
export const authSessions = pgTable(
  'auth_sessions',
  {
    id: id(),
    userId: amount('user_id')
      .notNull()
      .references(() => users.id),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
    address: text('address'),
    userAgent: text('user_agent'),
    revokedAt: instant('revoked_at'),
    revokedFor: text('revoked_for'),
  },
  (t) => [
    index('auth_sessions_user_idx').on(t.userId),
    index('auth_sessions_expires_idx').on(t.expiresAt),
    check('auth_sessions_revoked', sql`(${t.revokedAt} is null) = (${t.revokedFor} is null)`),
  ],
);

/** Refresh tokens by their hash. Each works once; a used one that comes back revokes its session. */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    id: id(),
    sessionId: amount('session_id')
      .notNull()
      .references(() => authSessions.id, { onDelete: 'cascade' }),
    tokenHash: bytea('token_hash').notNull(),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (t) => [
    unique('refresh_tokens_hash_key').on(t.tokenHash),
    index('refresh_tokens_session_idx').on(t.sessionId),
  ],
);

/** One-time replacements of a TOTP code, by their hash. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    id: id(),
    userId: amount('user_id')
      .notNull()
      .references(() => users.id),
    codeHash: bytea('code_hash').notNull(),
    createdAt: createdAt(),
    usedAt: instant('used_at'),
  },
  (t) => [unique('recovery_codes_key').on(t.userId, t.codeHash)],
);

/** Tokens of scripts, by their hash. A token may do what its scopes say and its user may. */
export const apiTokens = pgTable(
  'api_tokens',
  {
    id: id(),
    userId: amount('user_id')
      .notNull()
      .references(() => users.id),
    name: text('name').notNull(),
    prefix: text('prefix').notNull(),
    tokenHash: bytea('token_hash').notNull(),
    scopes: text('scopes').array().notNull(),
    createdAt: createdAt(),
    expiresAt: instant('expires_at'),
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
  },
  (t) => [unique('api_tokens_hash_key').on(t.tokenHash), index('api_tokens_user_idx').on(t.userId)],
);

/** Counters of failed sign-ins that all hosts share; `expire` is in milliseconds of the Unix epoch. */
export const signInFailures = pgTable(
  'sign_in_failures',
  {
    key: text('key').primaryKey(),
    points: integer('points').notNull().default(0),
    expire: amount('expire'),
  },
  (t) => [index('sign_in_failures_expire_idx').on(t.expire)],
);

/** Every change anybody made: who, when, from where, and the object before and after. Append-only by trigger. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: id(),
    createdAt: createdAt(),
    actorKind: text('actor_kind').notNull(),
    actorId: text('actor_id'),
    actorName: text('actor_name').notNull(),
    address: text('address'),
    requestId: text('request_id'),
    action: text('action').notNull(),
    entity: text('entity').notNull(),
    entityId: text('entity_id').notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
  },
  (t) => [
    index('audit_log_entity_idx').on(t.entity, t.entityId, t.id),
    index('audit_log_actor_idx').on(t.actorName, t.id),
    index('audit_log_created_idx').on(t.createdAt),
    check('audit_log_actor_kind', sql`${t.actorKind} in ('user', 'token', 'cli', 'system')`),
  ],
);
