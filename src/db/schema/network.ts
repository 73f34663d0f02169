import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { amount, bytea, createdAt, id, inet, instant } from '../columns.ts';
import { services } from './services.ts';

/** RADIUS clients. `address` is one address or a block; `previous_secret_enc` stays valid during a rotation. */
export const nas = pgTable(
  'nas',
  {
    id: id(),
    name: text('name').notNull(),
    address: inet('address').notNull(),
    nasIdentifier: text('nas_identifier'),
    secretEnc: bytea('secret_enc').notNull(),
    previousSecretEnc: bytea('previous_secret_enc'),
    coaPort: integer('coa_port').notNull().default(3799),
    coaTimeoutMs: integer('coa_timeout_ms').notNull().default(300),
    coaTries: integer('coa_tries').notNull().default(3),
    requireMessageAuthenticator: text('require_message_authenticator').notNull().default('auto'),
    messageAuthenticatorLearntAt: instant('message_authenticator_learnt_at'),
    limitProxyState: text('limit_proxy_state').notNull().default('yes'),
    swapOctets: boolean('swap_octets').notNull().default(false),
    interimIntervalS: integer('interim_interval_s'),
    version: integer('version').notNull().default(1),
    createdAt: createdAt(),
    disabledAt: instant('disabled_at'),
  },
  (t) => [
    unique('nas_address_identifier_key').on(t.address, t.nasIdentifier).nullsNotDistinct(),
    unique('nas_name_key').on(t.name),
    check(
      'nas_require_message_authenticator',
      sql`${t.requireMessageAuthenticator} in ('yes', 'no', 'auto')`,
    ),
    check('nas_limit_proxy_state', sql`${t.limitProxyState} in ('yes', 'no', 'auto')`),
    check('nas_coa_port', sql`${t.coaPort} between 1 and 65535`),
  ],
);

/** Which host heard which NAS last, and how: written every few seconds by the RADIUS roles. */
export const nasContacts = pgTable(
  'nas_contacts',
  {
    nasId: amount('nas_id')
      .notNull()
      .references(() => nas.id, { onDelete: 'cascade' }),
    host: text('host').notNull(),
    lastAuthAt: instant('last_auth_at'),
    lastAcctAt: instant('last_acct_at'),
    lastAddress: inet('last_address'),
  },
  (t) => [primaryKey({ columns: [t.nasId, t.host] })],
);

/**
 * One attempt to make the network match the data: a CoA or a Disconnect for one session. `last_answer` is what the
 * last try met (`ack`, `nak`, `timeout`, `error`), `outcome` the same in words.
 */
export const enforcements = pgTable(
  'enforcements',
  {
    id: id(),
    serviceId: amount('service_id')
      .notNull()
      .references(() => services.id),
    sessionId: amount('session_id').notNull(),
    nasId: amount('nas_id').notNull(),
    kind: text('kind').notNull(),
    cause: text('cause').notNull(),
    attributes: jsonb('attributes').notNull().default([]),
    state: text('state').notNull().default('pending'),
    tries: integer('tries').notNull().default(0),
    lastAnswer: text('last_answer'),
    outcome: text('outcome'),
    roundTripUs: integer('round_trip_us'),
    host: text('host'),
    createdAt: createdAt(),
    nextTryAt: instant('next_try_at').notNull().default(sql`now()`),
    doneAt: instant('done_at'),
  },
  (t) => [
    index('enforcements_pending_idx').on(t.nextTryAt).where(sql`${t.doneAt} is null`),
    index('enforcements_service_idx').on(t.serviceId, t.createdAt),
    check('enforcements_kind', sql`${t.kind} in ('coa', 'disconnect')`),
    check(
      'enforcements_state',
      sql`${t.state} in ('pending', 'sending', 'acknowledged', 'refused', 'unreachable', 'gone')`,
    ),
  ],
);
