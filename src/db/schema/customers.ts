import { type SQL, sql } from 'drizzle-orm';
import { type AnyPgColumn, boolean, check, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { amount, createdAt, id, instant, tsvector } from '../columns.ts';

/**
 * Who owes money. `credit_balance` is the wallet in minor units of `currency` (billing-rules section 19). `search` is
 * every word of the name and the contacts: punctuation parts words, so that any part of an address is found.
 */
export const customers = pgTable(
  'customers',
  {
    id: id(),
    name: text('name').notNull(),
    company: text('company'),
    phone: text('phone'),
    email: text('email'),
    street: text('street'),
    city: text('city'),
    region: text('region'),
    postalCode: text('postal_code'),
    country: text('country'),
    taxNumber: text('tax_number'),
    currency: text('currency').notNull(),
    taxExempt: boolean('tax_exempt').notNull().default(false),
    creditBalance: amount('credit_balance').notNull().default(sql`0`),
    locale: text('locale'),
    notificationChannels: text('notification_channels').array().notNull().default(['email', 'sms']),
    tags: text('tags').array().notNull().default([]),
    notes: text('notes'),
    version: integer('version').notNull().default(1),
    mergedIntoId: amount('merged_into_id').references((): AnyPgColumn => customers.id),
    anonymisedAt: instant('anonymised_at'),
    createdAt: createdAt(),
    search: tsvector('search').generatedAlwaysAs(
      sql`to_tsvector('simple'::regconfig, translate(coalesce(name, '') || ' ' || coalesce(company, '') || ' ' ||
        coalesce(email, '') || ' ' || coalesce(phone, ''),
        '''!"#$%&()*+,-./:;<=>?@[\\]^_\`{|}~‘’“”–—', repeat(' ', 38)))`,
    ),
  },
  (t) => [
    index('customers_name_idx').on(t.name),
    index('customers_name_order_idx').on(sql`lower(${t.name})`, t.id),
    index('customers_search_idx').using('gin', t.search),
    index('customers_tags_idx').using('gin', t.tags),
    index('customers_email_idx').on(sql`lower(${t.email})`).where(sql`${t.email} is not null`),
    index('customers_phone_idx').on(t.phone).where(sql`${t.phone} is not null`),
    index('customers_phone_end_idx').on(phoneEnd(t.phone)).where(sql`${t.phone} is not null`),
    index('customers_merged_into_idx').on(t.mergedIntoId).where(sql`${t.mergedIntoId} is not null`),
    check('customers_credit_balance_not_negative', sql`${t.creditBalance} >= 0`),
    check('customers_merged_elsewhere', sql`${t.mergedIntoId} <> ${t.id}`),
  ],
);

/**
 * Customers with this phone number, given as digits without `+` and leading zeros, however it is spelled: spellings end
 * alike, and where one has a country code another has a zero or nothing. Eight digits at least; found by index.
 */
export function hasPhone(digits: string): SQL {
  const kept = sql`ltrim(${customers.phone}, '+0')`;
  return sql`(${customers.phone} is not null and ${phoneEnd(customers.phone)} = ${digits.slice(-8)}
    and (${kept} like '%' || ${digits}::text or ${digits}::text like '%' || ${kept}))`;
}

function phoneEnd(phone: AnyPgColumn): SQL {
  return sql`right(${phone}, 8)`;
}
