import { currencyDigits } from '../../kernel/money.ts';
import type { Issuer, Party } from '../../platform/printing/sheet.ts';
import type { Settings } from '../../platform/settings/setting.ts';
import type { CustomerProfile } from '../../subscribers/customers/customer-profile.ts';
import { decimalText, type Wording, wordingFor } from './wording.ts';

/** Names of countries by their ISO code; documents are in English. */
const COUNTRIES = new Intl.DisplayNames('en', { type: 'region' });

/** What every document is made from beside what it is about. */
export interface Stationery {
  readonly settings: Settings;
  readonly logo: Uint8Array | undefined;
}

/** The company as documents name it. */
export function issuerOf({ settings, logo }: Stationery): Issuer {
  const { company_address, company_tax_number, company_email, company_phone, company_website } = settings;
  const contacts = [company_phone, company_email, company_website].filter(isSaid);
  const tax = company_tax_number === '' ? [] : [`Tax number ${company_tax_number}`];
  const name = companyName(settings);
  return {
    name,
    lines: [...linesOf(company_address), ...tax, ...contacts],
    logo,
    foot: [[name, ...tax], contacts].map((parts) => parts.join('  ·  ')).filter(isSaid),
  };
}

/** The name on documents, or words that do for none. */
export function companyName(settings: Settings): string {
  return settings.company_name === '' ? 'Your Internet provider' : settings.company_name;
}

/** The customer as documents name them. */
export function partyOf(customer: CustomerProfile, label: string): Party {
  const { name, company, street, city, region, postalCode, country, taxNumber, phone, email } = customer;
  const place = [postalCode, city].filter(isSaid).join(' ');
  const lines = [
    company === null ? null : name,
    street,
    place,
    [region, country && COUNTRIES.of(country)].filter(isSaid).join(', '),
    taxNumber === null ? null : `Tax number ${taxNumber}`,
    phone,
    email,
  ].filter(isSaid);
  return { label, name: company ?? name, lines };
}

/** How amounts and dates are written to a customer. */
export function wordingOf(customer: CustomerProfile, settings: Settings): Wording {
  return wordingFor(customer.locale ?? settings.document_locale, customer.currency);
}

/** Where an invoice is paid, when the operator has such an address. */
export function paymentLink(
  template: string,
  invoice: { number: string; balanceMinor: bigint; currency: string; customerId: string },
): string | undefined {
  if (template === '') return undefined;
  const amount = decimalText(invoice.balanceMinor, currencyDigits(invoice.currency));
  return template
    .replaceAll('{number}', encodeURIComponent(invoice.number))
    .replaceAll('{amount}', amount)
    .replaceAll('{currency}', invoice.currency)
    .replaceAll('{customer_id}', invoice.customerId);
}

/** A text of several lines in those that say something. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter(isSaid);
}

function isSaid(text: string | null | undefined): text is string {
  return text !== null && text !== undefined && text !== '';
}
