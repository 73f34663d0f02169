import { z } from 'zod';
import { PAPERS } from '../printing/sheet.ts';
import { line, prose } from '../text.ts';
import { define, oneOf, type SettingDefinition } from './definition.ts';

function text(max: number, description: string): SettingDefinition<string> {
  const schema = z.union([z.literal(''), line(max)]);
  return define({
    schema,
    default: '',
    allowed: `a line of at most ${max} characters, or empty`,
    description,
  });
}

function lines(description: string): SettingDefinition<string> {
  return define({
    schema: prose(1_000),
    default: '',
    allowed: 'text of at most 1000 characters, or empty',
    description,
  });
}

/** An address whose `{placeholders}` are filled in when it is printed. */
function link(placeholders: readonly string[], description: string): SettingDefinition<string> {
  const isFit = (template: string): boolean => isLinkTemplate(template, placeholders);
  return define({
    schema: z.union([z.literal(''), z.string().max(500).refine(isFit)]),
    default: '',
    allowed: `an address that begins with https:// or http://, with any of ${placeholders.join(', ')}, or empty`,
    description,
  });
}

function isLinkTemplate(template: string, placeholders: readonly string[]): boolean {
  const filled = placeholders.reduce((text, one) => text.replaceAll(one, '1'), template);
  return /^https?:\/\/[^\s{}<>"]+$/.test(filled) && URL.canParse(filled);
}

function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length === 1;
  } catch {
    return false;
  }
}

/** What invoices, credit notes, statements and vouchers say of the company, and how they are paid. */
export const DOCUMENT_SETTINGS = {
  company_name: text(120, 'Name of the company on documents.'),
  company_address: lines('Postal address of the company on documents, in lines.'),
  company_tax_number: text(60, 'Tax number of the company on documents.'),
  company_email: text(120, 'E-mail address on documents.'),
  company_phone: text(60, 'Telephone number on documents.'),
  company_website: text(120, 'Web address on documents.'),
  payment_instructions: lines('How an invoice is paid, in lines; {number} is the number of the invoice.'),
  payment_link: link(
    ['{number}', '{amount}', '{currency}', '{customer_id}'],
    'Address an invoice is paid at, printed as a QR code; {amount} is a decimal number such as 34.80.',
  ),
  voucher_link: link(['{code}'], 'Address a voucher is used at, printed as a QR code on its card.'),
  document_locale: define({
    schema: z.string().refine(isLocale),
    default: 'en-GB',
    allowed: 'a language tag such as en-KE',
    description:
      'How amounts and dates are written on documents of customers without a language of their own.',
  }),
  document_paper: oneOf(PAPERS, 'a4', 'Paper documents are laid out for.'),
} as const;
