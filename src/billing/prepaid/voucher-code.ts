import { createHmac } from 'node:crypto';
import { invalid } from '../../kernel/errors.ts';
import { randomOctets } from '../../kernel/ids.ts';

/** 32 characters, none of which looks like another. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 16;
const GROUP = 4;

/** A random code of 80 bits in groups of four, as it is printed. */
export function newVoucherCode(): string {
  const letters = [...randomOctets(LENGTH)].map((octet) => ALPHABET[octet % ALPHABET.length]);
  const groups: string[] = [];
  for (let from = 0; from < LENGTH; from += GROUP) groups.push(letters.slice(from, from + GROUP).join(''));
  return groups.join('-');
}

/** A code as it is compared: letters and digits alone, in capitals, however it was typed. */
export function plainCode(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '');
}

/** The code of a new voucher; throws `validation_failed` for what nobody could type. */
export function checkVoucherCode(code: string): string {
  const text = code.trim();
  if (/^[A-Z0-9_]{3,40}$/.test(plainCode(text))) return text;
  throw invalid('A voucher code has 3 to 40 letters and digits, with dashes where they help.', {
    code: 'must have 3 to 40 letters and digits',
  });
}

/** What a code is found by: without the installation's key nobody can try codes on a copy of the database. */
export function voucherHash(key: Buffer, code: string): Buffer {
  return createHmac('sha256', key).update(plainCode(code)).digest();
}
