import { randomBytes, randomUUID } from 'node:crypto';

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

/** Database ids travel as decimal strings: bigint columns never pass through a double. */
export type CustomerId = Id<'customer'>;
export type ServiceId = Id<'service'>;
export type PlanId = Id<'plan'>;
export type NasId = Id<'nas'>;
export type SessionId = Id<'session'>;
export type InvoiceId = Id<'invoice'>;
export type CreditNoteId = Id<'credit_note'>;
export type PaymentId = Id<'payment'>;

/** A random (version 4) UUID. */
export function newUuid(): string {
  return randomUUID();
}

/** Random bytes from the operating system. */
export function randomOctets(count: number): Buffer {
  return randomBytes(count);
}

/** A random fraction in [0, 1) for jitter; never for secrets. */
export function randomFraction(): number {
  return Math.random();
}

/** A random secret of `length` characters without look-alikes (no 0, O, 1, l, I). */
export function randomSecret(length: number): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  let text = '';
  while (text.length < length) {
    for (const octet of randomBytes(length)) {
      if (octet < alphabet.length * 4 && text.length < length) text += alphabet[octet % alphabet.length];
    }
  }
  return text;
}
