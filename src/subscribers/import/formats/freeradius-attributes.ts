import { normaliseMac } from '../../../kernel/mac.ts';
import type { SourceRow } from '../source-row.ts';

/** The group daloRADIUS moves people to whom it switches off. */
export const DISABLED_GROUP = /^daloradius-disabled-users$/i;

/** What has a place of its own here. */
const USED = new Set([
  ...[
    'cleartext-password',
    'user-password',
    'auth-type',
    'calling-station-id',
    'simultaneous-use',
    'expiration',
  ],
  ...['mikrotik-rate-limit', 'framed-ip-address', 'framed-pool', 'mikrotik-address-list'],
  ...['wispr-bandwidth-max-up', 'wispr-bandwidth-max-down'],
  // What a server of MikroTik routers says by itself.
  ...['service-type', 'framed-protocol', 'fall-through', 'acct-interim-interval', 'framed-compression'],
]);

const HASH = /^(crypt|md5|smd5|sha\d?|ssha\d*|sha2|sha3|ssha2.*|ssha3|nt|lm|pbkdf2|nt-.*)-password$/i;

/** Attributes of rows by lower-case name; the last of a name counts, as `:=` says. */
export function attributesOf(rows: readonly SourceRow[]): Map<string, string> {
  return new Map(
    rows.map(({ values }) => [(values.attribute ?? '').toLowerCase(), (values.value ?? '').trim()]),
  );
}

/** Mikrotik-Rate-Limit, or what WISPr says in bits per second; upload first. */
export function rateOf(attributes: ReadonlyMap<string, string>): string | undefined {
  const rate = attributes.get('mikrotik-rate-limit');
  if (rate) return rate;
  const up = attributes.get('wispr-bandwidth-max-up');
  const down = attributes.get('wispr-bandwidth-max-down');
  return up && down ? `${up}/${down}` : undefined;
}

/** The password of a user, or why none can be taken over. */
export function credentialOf(
  checks: readonly SourceRow[],
  username: string,
): { readonly password: string; readonly problem?: string } {
  const found = checks.find(({ values }) => /^(cleartext|user)-password$/i.test(values.attribute ?? ''));
  const password = found?.values.value ?? '';
  // Some tables hold `{md5}...` where the attribute says it is in clear.
  const scheme = /^\{(\w+)\}/.exec(password)?.[1];
  if (password !== '' && scheme === undefined) return { password };
  const hash = scheme ?? checks.map(({ values }) => values.attribute ?? '').find((name) => HASH.test(name));
  if (hash !== undefined) return { password: '', problem: hashProblem(hash) };
  const isOpen = checks.some(({ values }) => values.attribute === 'Auth-Type' && values.value === 'Accept');
  if (isOpen && normaliseMac(username) === undefined) {
    return { password: '', problem: 'It is let in without a password (Auth-Type Accept): give it one.' };
  }
  return { password: '' };
}

function hashProblem(name: string): string {
  const use = /^(nt|lm)\b/i.test(name) ? 'MS-CHAP and PAP' : 'PAP';
  return `Only a hash of the password is there (${name}), which serves ${use} and never CHAP: set a new password.`;
}

/** Attributes that are left behind, the most frequent first. */
export function unusedAttributes(rows: readonly SourceRow[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { values } of rows) {
    const name = values.attribute ?? '';
    if (USED.has(name.toLowerCase()) || HASH.test(name)) continue;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}
