import { sql } from 'drizzle-orm';
import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** Raw bytes: encrypted secrets, hashes. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** An IPv4 or IPv6 address; without a prefix length it is one host. */
export const inet = customType<{ data: string }>({ dataType: () => 'inet' });

/** The words of a text, for full-text search. */
export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

/** The 64-bit transaction id, for readers that must not skip a late commit. */
export const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/** The usual key: `bigint generated always as identity`, carried as a decimal string. */
export const id = () => bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity();

/** An amount of minor units or a count of octets. */
export const amount = (name: string) => bigint(name, { mode: 'bigint' });

/** An instant, stored in UTC. */
export const instant = (name: string) => timestamp(name, { withTimezone: true });

/** When the row was written, by the database's clock. */
export const createdAt = () => timestamp('created_at', { withTimezone: true }).notNull().default(sql`now()`);
