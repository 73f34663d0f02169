import { createHmac } from 'node:crypto';
import { randomSecret } from '../../../kernel/ids.ts';

const HALF = 6;
const CODES = 10;

/** A set of new recovery codes as a person writes them down: `hKm4Qx-7Tnb2e`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, () => `${randomSecret(HALF)}-${randomSecret(HALF)}`);
}

/** What the database keeps of a code; without the key, which APP_KEY gives, it cannot be guessed from that. */
export function hashRecoveryCode(key: Buffer, code: string): Buffer {
  return createHmac('sha256', key).update(code.replace(/[\s-]/g, '')).digest();
}
