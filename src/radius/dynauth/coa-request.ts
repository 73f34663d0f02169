import { type NamedAttribute, type ReplyTerms, settleTerms } from '../policy/replies/terms.ts';

/** What a live session is known by, each value verbatim as its last accounting packet reported it. */
export interface SessionIdentity {
  readonly userName: string;
  readonly acctSessionId: string;
  readonly framedIpAddress?: string | undefined;
  /** NAS-IP-Address as the router itself reported it; another value gets NAK 403, so never fill in a known one. */
  readonly reportedNasIpAddress?: string | undefined;
}

/** How a live session gets from one set of terms to another. */
export type PlannedChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'coa'; readonly attributes: readonly NamedAttribute[] }
  | { readonly kind: 'disconnect'; readonly because: string };

/** Session-Timeout and Idle-Timeout cannot be taken back by CoA, only made as long as RouterOS takes (248 days). */
const LONGEST_TIMEOUT_S = 21_474_720;

/** Attributes RouterOS changes by CoA beside those with a term of their own (mikrotik-radius section 6). */
const COA_CUSTOM: ReadonlySet<string> = new Set([
  'Ascend-Data-Rate',
  'Ascend-Xmit-Rate',
  'Filter-Id',
  'Mikrotik-Advertise-Interval',
  'Mikrotik-Advertise-URL',
  'Mikrotik-Mark-Id',
  'Mikrotik-Recv-Limit',
  'Mikrotik-Recv-Limit-Gigawords',
  'Mikrotik-Xmit-Limit',
  'Mikrotik-Xmit-Limit-Gigawords',
  'Port-Limit',
]);

/** Terms that RouterOS takes at login only, with the words for them. */
const LOGIN_ONLY = [
  ['framedIpAddress', 'the address'],
  ['framedPool', 'the address pool'],
  ['framedIpv6Prefix', 'the IPv6 prefix'],
  ['delegatedIpv6Prefix', 'the delegated IPv6 prefix'],
  ['delegatedIpv6Pool', 'the delegated IPv6 pool'],
  ['addressList', 'the address list'],
] as const satisfies readonly (readonly [keyof ReplyTerms, string])[];

/**
 * What must be sent to a live session so that it lives under other terms. Give the terms of its grade
 * (`termsOfGrade`), before and after. A new interim interval alone waits for the next login: CoA cannot
 * change it, and it is not worth cutting anybody off.
 */
export function planChange(from: ReplyTerms, to: ReplyTerms): PlannedChange {
  const before = settleTerms(from).terms;
  const after = settleTerms(to).terms;
  const obstacle = loginOnlyDifference(before, after) ?? removalDifference(before, after);
  if (obstacle !== undefined) return { kind: 'disconnect', because: obstacle };
  const attributes: NamedAttribute[] = [];
  // The full rate text each time: what RouterOS does with the old burst otherwise is not documented.
  if (after.rateLimit !== undefined && after.rateLimit !== before.rateLimit) {
    attributes.push({ name: 'Mikrotik-Rate-Limit', value: after.rateLimit });
  }
  pushTimeout(attributes, 'Session-Timeout', before.sessionTimeoutS, after.sessionTimeoutS);
  pushTimeout(attributes, 'Idle-Timeout', before.idleTimeoutS, after.idleTimeoutS);
  if (after.group !== undefined && after.group !== before.group) {
    attributes.push({ name: 'Mikrotik-Group', value: after.group });
  }
  const oldValues = valuesByName(before.custom);
  for (const [name, values] of valuesByName(after.custom)) {
    if (sameTexts(values, oldValues.get(name))) continue;
    for (const value of values) attributes.push({ name, value });
  }
  return attributes.length === 0 ? { kind: 'none' } : { kind: 'coa', attributes };
}

/** The attributes by which RouterOS finds a session; PPP needs the first two, a hotspot the address. */
export function sessionAttributes(session: SessionIdentity): NamedAttribute[] {
  const attributes = [
    { name: 'User-Name', value: session.userName },
    { name: 'Acct-Session-Id', value: session.acctSessionId },
  ];
  if (session.framedIpAddress !== undefined) {
    attributes.push({ name: 'Framed-IP-Address', value: session.framedIpAddress });
  }
  if (session.reportedNasIpAddress !== undefined) {
    attributes.push({ name: 'NAS-IP-Address', value: session.reportedNasIpAddress });
  }
  return attributes;
}

function loginOnlyDifference(before: ReplyTerms, after: ReplyTerms): string | undefined {
  for (const [term, words] of LOGIN_ONLY) {
    if (before[term] !== after[term]) return takenAtLogin(words);
  }
  if (!sameTexts(before.framedRoutes ?? [], after.framedRoutes ?? [])) return takenAtLogin('the routes');
  const oldValues = valuesByName(before.custom);
  const newValues = valuesByName(after.custom);
  for (const name of new Set([...oldValues.keys(), ...newValues.keys()])) {
    if (!COA_CUSTOM.has(name) && !sameTexts(oldValues.get(name) ?? [], newValues.get(name))) {
      return takenAtLogin(name);
    }
  }
  return undefined;
}

/** A CoA sets values; it has no way to say that one holds no longer. */
function removalDifference(before: ReplyTerms, after: ReplyTerms): string | undefined {
  if (before.rateLimit !== undefined && after.rateLimit === undefined)
    return cannotBeRemoved('the rate limit');
  if (before.group !== undefined && after.group === undefined) return cannotBeRemoved('the profile');
  const newValues = valuesByName(after.custom);
  for (const name of valuesByName(before.custom).keys()) {
    if (!newValues.has(name)) return cannotBeRemoved(name);
  }
  return undefined;
}

function takenAtLogin(words: string): string {
  return `RouterOS takes ${words} at login only.`;
}

function cannotBeRemoved(words: string): string {
  return `A CoA can change ${words} but not take it away.`;
}

function pushTimeout(
  attributes: NamedAttribute[],
  name: string,
  before: number | undefined,
  after: number | undefined,
): void {
  if ((before ?? 0) === (after ?? 0)) return;
  attributes.push({ name, value: String(after || LONGEST_TIMEOUT_S) });
}

function valuesByName(attributes: readonly NamedAttribute[] | undefined): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const { name, value } of attributes ?? []) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

function sameTexts(one: readonly string[], other: readonly string[] | undefined): boolean {
  return other !== undefined && one.length === other.length && one.every((text, at) => text === other[at]);
}
