import { z } from '@hono/zod-openapi';
import {
  CUSTOMER_FIELDS,
  type CustomerDetails,
  type CustomerProfile,
} from '../../subscribers/customers/customer-profile.ts';
import { id, instant, money, number, numberOrNull } from './values.ts';

const text = z.string().nullable();

/** A customer in an answer. */
export const customerSchema = z
  .object({
    id,
    name: z.string(),
    company: text,
    phone: text,
    email: text,
    street: text,
    city: text,
    region: text,
    postal_code: text,
    country: text.openapi({ example: 'KE' }),
    tax_number: text,
    currency: z.string().openapi({ example: 'KES' }),
    tax_exempt: z.boolean(),
    credit_balance: money,
    locale: text.openapi({ example: 'sw-KE' }),
    notification_channels: z.array(z.string()),
    tags: z.array(z.string()),
    notes: text,
    merged_into_id: id.nullable(),
    anonymised_at: instant.nullable(),
    version: z.int(),
    created_at: instant,
  })
  .openapi('Customer');

/** An ISO 4217 currency somebody sends. */
export const currencyInput = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: 'must be an ISO 4217 currency such as KES' })
  .openapi({ example: 'KES' });

const F = CUSTOMER_FIELDS;

/** What is said about a new customer. */
export const newCustomerSchema = z
  .strictObject({
    name: F.name,
    company: F.company.optional(),
    phone: F.phone.optional(),
    email: F.email.optional(),
    street: F.street.optional(),
    city: F.city.optional(),
    region: F.region.optional(),
    postal_code: F.postalCode.optional(),
    country: F.country.optional(),
    tax_number: F.taxNumber.optional(),
    currency: currencyInput.optional(),
    tax_exempt: F.taxExempt.optional(),
    locale: F.locale.optional(),
    notification_channels: F.notificationChannels.optional(),
    tags: F.tags.optional(),
    notes: F.notes.optional(),
  })
  .openapi('NewCustomer');

/** What is changed of a customer: what is left out stays, null empties. */
export const customerPatchSchema = newCustomerSchema.partial().openapi('CustomerPatch');

/** The details in the words of the code; what was left out stays out. */
export function detailsFrom(input: z.output<typeof customerPatchSchema>): Partial<CustomerDetails> {
  const { currency: _, postal_code, tax_number, tax_exempt, notification_channels, ...same } = input;
  const details = {
    ...same,
    postalCode: postal_code,
    taxNumber: tax_number,
    taxExempt: tax_exempt,
    notificationChannels: notification_channels,
  };
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

/** A customer as it is answered. */
export function customerJson(customer: CustomerProfile) {
  return {
    id: number(customer.id),
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
    credit_balance: number(customer.creditBalance),
    locale: customer.locale,
    notification_channels: [...customer.notificationChannels],
    tags: [...customer.tags],
    notes: customer.notes,
    merged_into_id: numberOrNull(customer.mergedIntoId),
    anonymised_at: customer.anonymisedAt?.toISOString() ?? null,
    version: customer.version,
    created_at: customer.createdAt.toISOString(),
  };
}
