import { z } from 'zod';
import type { CustomerId } from '../../kernel/ids.ts';
import type { AuditImage } from '../../platform/identity/audit.ts';
import { line, orNone, prose } from '../../platform/text.ts';
import type { Customer } from './customer.ts';

/** How a customer may be told things. */
export const NOTIFICATION_CHANNELS = ['email', 'sms'] as const;

const TAGS_MAX = 20;
const NOTES_LENGTH_MAX = 10_000;

/** What an operator says about a customer, with the check of each value; null = not known. */
export const CUSTOMER_FIELDS = {
  name: line(200),
  company: orNone(line(200)),
  phone: orNone(phone()),
  email: orNone(email()),
  street: orNone(line(200)),
  city: orNone(line(100)),
  region: orNone(line(100)),
  postalCode: orNone(line(20)),
  /** ISO 3166-1 alpha-2. */
  country: orNone(country()),
  taxNumber: orNone(line(40)),
  taxExempt: z.boolean(),
  /** BCP 47; null = as the installation. */
  locale: orNone(locale()),
  notificationChannels: z.array(z.enum(NOTIFICATION_CHANNELS)).max(10).transform(withoutRepeats),
  tags: z.array(tag()).max(TAGS_MAX).transform(withoutRepeats),
  notes: orNone(prose(NOTES_LENGTH_MAX)),
} as const;

/** What an operator says about a customer, checked by `CUSTOMER_FIELDS`. */
export type CustomerDetails = {
  readonly [Name in keyof typeof CUSTOMER_FIELDS]: z.output<(typeof CUSTOMER_FIELDS)[Name]>;
};

/** Everything kept of a customer. `creditBalance` is the wallet, in minor units of `currency`. */
export interface CustomerProfile extends Customer, CustomerDetails {
  readonly creditBalance: bigint;
  readonly version: number;
  /** Set for a duplicate that was merged; nothing belongs to it any more. */
  readonly mergedIntoId: CustomerId | null;
  /** Set once the contact values have been erased. */
  readonly anonymisedAt: Date | null;
  readonly createdAt: Date;
}

/** A customer's details of whom only the name is known. */
export function detailsOf(given: Partial<CustomerDetails> & { name: string }): CustomerDetails {
  return { ...NOTHING_KNOWN, ...given };
}

const NOTHING_KNOWN = {
  company: null,
  phone: null,
  email: null,
  street: null,
  city: null,
  region: null,
  postalCode: null,
  country: null,
  taxNumber: null,
  taxExempt: false,
  locale: null,
  notificationChannels: [...NOTIFICATION_CHANNELS],
  tags: [],
  notes: null,
} satisfies Omit<CustomerDetails, 'name'>;

/** The details of the kept customer with what only its duplicate had. */
export function combined(kept: CustomerDetails, duplicate: CustomerDetails): Partial<CustomerDetails> {
  const notes = [kept.notes, duplicate.notes].filter((text) => text !== null).join('\n\n');
  return {
    company: kept.company ?? duplicate.company,
    phone: kept.phone ?? duplicate.phone,
    email: kept.email ?? duplicate.email,
    street: kept.street ?? duplicate.street,
    city: kept.city ?? duplicate.city,
    region: kept.region ?? duplicate.region,
    postalCode: kept.postalCode ?? duplicate.postalCode,
    country: kept.country ?? duplicate.country,
    taxNumber: kept.taxNumber ?? duplicate.taxNumber,
    locale: kept.locale ?? duplicate.locale,
    tags: withoutRepeats([...kept.tags, ...duplicate.tags]).slice(0, TAGS_MAX),
    notes: notes === '' ? null : notes.slice(0, NOTES_LENGTH_MAX),
  };
}

/** What takes the place of a customer's details when they are erased; what documents need to add up stays. */
export function anonymised(customer: CustomerProfile): CustomerDetails {
  const { taxExempt } = customer;
  return detailsOf({ name: `Anonymised customer ${customer.id}`, taxExempt, notificationChannels: [] });
}

/** A customer as the audit log shows it; contact values are masked on the way there. */
export function customerImage(customer: CustomerProfile): AuditImage {
  return {
    name: customer.name,
    company: customer.company,
    phone: customer.phone,
    email: customer.email,
    street: customer.street,
    city: customer.city,
    region: customer.region,
    postal_code: customer.postalCode,
    country: customer.country,
    tax_number: customer.taxNumber,
    currency: customer.currency,
    tax_exempt: customer.taxExempt,
    locale: customer.locale,
    notification_channels: customer.notificationChannels,
    tags: customer.tags,
    notes: customer.notes,
    merged_into_id: customer.mergedIntoId,
    anonymised_at: customer.anonymisedAt?.toISOString() ?? null,
  };
}

/** Kept as `+` and digits, so that one number is written in one way. */
function phone() {
  return z
    .string()
    .max(40)
    .transform((text) => text.replace(/[\s().-]/g, ''))
    .pipe(z.string().regex(/^\+?\d{4,15}$/, { error: 'must be a phone number such as +254712345678' }));
}

function email() {
  return z
    .string()
    .trim()
    .max(254, { error: 'must have at most 254 characters' })
    .regex(/^[^\s@<>,;:"()\\\p{Cc}]+@[^\s@<>,;:"()\\\p{Cc}]+\.[^\s@<>,;:"()\\\p{Cc}]+$/u, {
      error: 'must be an e-mail address such as ann@example.net',
    });
}

function country() {
  return z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{2}$/, { error: 'must be a country of two letters such as KE' });
}

function locale() {
  return z.string().max(35).refine(isLocale, { error: 'must be a language such as en or sw-KE' });
}

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text)[0] === text;
  } catch {
    return false;
  }
}

function tag() {
  return line(40).regex(/^[^,]*$/, { error: 'must not have a comma' });
}

function withoutRepeats<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}
