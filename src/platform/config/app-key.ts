import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../kernel/errors.ts';
import { err, ok, type Result } from '../../kernel/result.ts';

const keyOctets = 32;

/** The 32 octets of an APP_KEY written as 64 hexadecimal digits or base64 (also base64url); undefined when it is neither. */
export function parseAppKey(text: string): Uint8Array | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined;
  const octets = Buffer.from(trimmed, 'base64');
  return octets.length === keyOctets ? octets : undefined;
}

/** How a key is written into `app.key` and handed to child processes. */
export function formatAppKey(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}

/**
 * The key kept in `dataDir/app.key`, generated there (mode 0600) on the first start. Two processes
 * starting at once get the same key. The error is one sentence and never holds the key.
 */
export function loadOrCreateAppKey(dataDir: string): Result<Uint8Array, string> {
  const path = join(dataDir, 'app.key');
  try {
    if (!existsSync(path)) createKeyFile(dataDir, path);
    const key = parseAppKey(readFileSync(path, 'utf8'));
    return key === undefined
      ? err(`${path} does not hold a key of ${keyOctets} octets: put back your copy of it or set APP_KEY.`)
      : ok(key);
  } catch (error) {
    return err(
      `The key file ${path} cannot be used (${messageOf(error)}): make DATA_DIR writable or set APP_KEY.`,
    );
  }
}

/** Written aside and then linked, so that nobody reads half a key and the second of two writers loses. */
function createKeyFile(dataDir: string, path: string): void {
  mkdirSync(dataDir, { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${formatAppKey(randomBytes(keyOctets))}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    unlinkSync(draft);
  }
}
