import { formatRateLimit, parseRateLimit } from '../../../kernel/bandwidth.ts';
import { DICTIONARY } from '../../protocol/dictionary.ts';
import type { Grade } from '../decision.ts';
import type { InstallationPolicy } from '../installation.ts';

/** One attribute by name, its value as people write it. */
export interface NamedAttribute {
  readonly name: string;
  readonly value: string;
}

/** A term that cannot be sent, with a sentence that says how to mend it. */
export interface ReplyFault {
  readonly attribute: string;
  readonly message: string;
}

/** What a service gets from a router, in words; absent terms are left to the router's own profile. */
export interface ReplyTerms {
  /** Mikrotik-Rate-Limit, upload first; absent = no limit. */
  readonly rateLimit?: string | undefined;
  /** The rate once the service is throttled; absent = the same rate. */
  readonly fupRateLimit?: string | undefined;
  /** Its own IPv4 address; it beats the pool. */
  readonly framedIpAddress?: string | undefined;
  readonly framedPool?: string | undefined;
  readonly framedIpv6Prefix?: string | undefined;
  /** The prefix handed out by DHCPv6; it beats the pool. */
  readonly delegatedIpv6Prefix?: string | undefined;
  readonly delegatedIpv6Pool?: string | undefined;
  /** `dst/len gateway metric` each. */
  readonly framedRoutes?: readonly string[] | undefined;
  /** PPP or hotspot profile on the router. */
  readonly group?: string | undefined;
  readonly addressList?: string | undefined;
  readonly idleTimeoutS?: number | undefined;
  /** Absent = the installation's; 0 = the router's own. */
  readonly interimIntervalS?: number | undefined;
  readonly sessionTimeoutS?: number | undefined;
  /** Further attributes by their dictionary name. One that has a term above is taken for that term. */
  readonly custom?: readonly NamedAttribute[] | undefined;
}

const TEXT_TERMS = {
  'Mikrotik-Rate-Limit': 'rateLimit',
  'Framed-IP-Address': 'framedIpAddress',
  'Framed-Pool': 'framedPool',
  'Framed-IPv6-Prefix': 'framedIpv6Prefix',
  'Delegated-IPv6-Prefix': 'delegatedIpv6Prefix',
  'Mikrotik-Delegated-IPv6-Pool': 'delegatedIpv6Pool',
  'Mikrotik-Group': 'group',
  'Mikrotik-Address-List': 'addressList',
} as const satisfies Record<string, keyof ReplyTerms>;

const NUMBER_TERMS = {
  'Idle-Timeout': 'idleTimeoutS',
  'Acct-Interim-Interval': 'interimIntervalS',
  'Session-Timeout': 'sessionTimeoutS',
} as const satisfies Record<string, keyof ReplyTerms>;

/**
 * What the server computes for each reply, or what must not differ from the request. Attr-26 is a whole
 * Vendor-Specific attribute, which could smuggle in any of them.
 */
const SERVER_OWNED =
  /^(Class|State|User-Name|User-Password|CHAP-.*|EAP-Message|Message-Authenticator|Proxy-State|Attr-26|MS-CHAP.*|MS-MPPE-.*|Acct-(?!Interim-Interval$).*)$/;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Terms without loose ends, and what had to be left out of them or cannot be sent. */
export interface SettledTerms {
  readonly terms: ReplyTerms;
  readonly faults: ReplyFault[];
}

/**
 * Moves custom attributes that have a term of their own into it, so that a throttle or a wall also reaches
 * what was given by name, writes rates in canonical form and drops a pool that an address beats. Settling
 * twice changes nothing more. Faults: a rate that is none, an attribute nobody knows, one given twice, and one
 * that is the server's own business.
 */
export function settleTerms(terms: ReplyTerms): SettledTerms {
  const merged: Mutable<ReplyTerms> = { ...terms };
  const faults: ReplyFault[] = [];
  const rest: NamedAttribute[] = [];
  const refuse = (attribute: string, message: string) => {
    faults.push({ attribute, message });
  };
  for (const { name: typed, value } of terms.custom ?? []) {
    const name = listedName(typed);
    if (name === undefined) {
      refuse(typed, `No dictionary has an attribute '${typed}': check the spelling.`);
    } else if (SERVER_OWNED.test(name)) {
      refuse(typed, `${name} is set by the server itself: leave it out.`);
    } else if (/^attr-/i.test(typed) && name.toLowerCase() !== typed.toLowerCase()) {
      refuse(typed, `${typed} is ${name}: give it by that name.`);
    } else if (isKeyOf(TEXT_TERMS, name)) {
      const term = TEXT_TERMS[name];
      if (merged[term] !== undefined) refuse(name, `${name} is given twice: leave the custom one out.`);
      else merged[term] = value;
    } else if (isKeyOf(NUMBER_TERMS, name)) {
      const term = NUMBER_TERMS[name];
      if (merged[term] !== undefined) refuse(name, `${name} is given twice: leave the custom one out.`);
      else if (!/^\d{1,10}$/.test(value)) refuse(name, `'${value}': ${name} is a number of seconds.`);
      else merged[term] = Number(value);
    } else if (name === 'Framed-Route') {
      merged.framedRoutes = [...(merged.framedRoutes ?? []), value];
    } else {
      rest.push({ name, value });
    }
  }
  merged.custom = rest;
  merged.rateLimit = canonicalRate(merged.rateLimit, faults);
  merged.fupRateLimit = canonicalRate(merged.fupRateLimit, faults);
  if (merged.framedIpAddress !== undefined) merged.framedPool = undefined;
  if (merged.delegatedIpv6Prefix !== undefined) merged.delegatedIpv6Pool = undefined;
  return { terms: merged, faults };
}

/**
 * The terms of a grade, from settled ones. The wall puts the installation's address list in place of the plan's and,
 * where a pool makes the wall, takes the service's own address and routes away. IPv6 goes in any case: RouterOS puts only
 * the IPv4 address on the list, so that IPv6 would walk around the wall.
 */
export function gradeOfSettled(settled: ReplyTerms, grade: Grade, policy: InstallationPolicy): ReplyTerms {
  const full: ReplyTerms = { ...settled, fupRateLimit: undefined };
  if (grade === 'full') return full;
  if (grade === 'throttled') return { ...full, rateLimit: settled.fupRateLimit ?? settled.rateLimit };
  const walled: ReplyTerms = {
    ...full,
    framedIpv6Prefix: undefined,
    delegatedIpv6Prefix: undefined,
    delegatedIpv6Pool: undefined,
    addressList: policy.walledAddressList === '' ? undefined : policy.walledAddressList,
    custom: full.custom?.filter(({ name }) => !/IPv6/.test(name)),
  };
  if (policy.walledPool === undefined) return walled;
  return { ...walled, framedPool: policy.walledPool, framedIpAddress: undefined, framedRoutes: undefined };
}

function canonicalRate(text: string | undefined, faults: ReplyFault[]): string | undefined {
  if (text === undefined) return undefined;
  const parsed = parseRateLimit(text);
  if (parsed.ok) return formatRateLimit(parsed.value);
  faults.push({ attribute: 'Mikrotik-Rate-Limit', message: parsed.error });
  return text;
}

/** The dictionary's spelling of a name (names are compared without case, and numbers are names too). */
function listedName(typed: string): string | undefined {
  const found = DICTIONARY.byName(typed);
  return found && DICTIONARY.describe(found.vendor, found.code).name;
}

function isKeyOf<T extends object>(table: T, name: string): name is Extract<keyof T, string> {
  return Object.hasOwn(table, name);
}
