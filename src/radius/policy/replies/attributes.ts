import { parseAddress } from '../../../kernel/ip.ts';
import type { InstallationPolicy } from '../installation.ts';
import type { NamedAttribute, ReplyFault, ReplyTerms } from './terms.ts';

/** RFC 2869 section 5.16: an interim interval must not be below 60 seconds. */
const INTERIM_INTERVAL_S_MIN = 60;

/** The attributes that settled terms of one grade stand for, in the order in which they are sent. */
export function attributesOf(terms: ReplyTerms, policy: InstallationPolicy): NamedAttribute[] {
  const list: NamedAttribute[] = [];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) list.push({ name, value });
  };
  const addSeconds = (name: string, seconds: number | undefined) => {
    if (seconds !== undefined && seconds !== 0) list.push({ name, value: String(seconds) });
  };
  add('Mikrotik-Rate-Limit', terms.rateLimit);
  add('Framed-IP-Address', terms.framedIpAddress);
  add('Framed-Pool', terms.framedPool);
  add('Framed-IPv6-Prefix', terms.framedIpv6Prefix);
  add('Delegated-IPv6-Prefix', terms.delegatedIpv6Prefix);
  add('Mikrotik-Delegated-IPv6-Pool', terms.delegatedIpv6Pool);
  for (const route of terms.framedRoutes ?? []) add('Framed-Route', route);
  add('Mikrotik-Group', terms.group);
  add('Mikrotik-Address-List', terms.addressList);
  addSeconds('Idle-Timeout', terms.idleTimeoutS);
  addSeconds('Acct-Interim-Interval', terms.interimIntervalS ?? policy.interimIntervalS);
  list.push(...(terms.custom ?? []));
  return list;
}

/** What in settled terms no router could follow, beyond what settling and the dictionary's types already say. */
export function faultsOf(terms: ReplyTerms, policy: InstallationPolicy): ReplyFault[] {
  const faults: ReplyFault[] = [];
  const refuse = (attribute: string, message: string) => faults.push({ attribute, message });
  const address = terms.framedIpAddress;
  if (address !== undefined && isReserved(address)) {
    refuse(
      'Framed-IP-Address',
      `'${address}': no subscriber can have this address; give another, or a pool.`,
    );
  }
  const interimS = terms.interimIntervalS ?? 0;
  if (interimS > 0 && interimS < INTERIM_INTERVAL_S_MIN) {
    refuse('Acct-Interim-Interval', `${interimS}: an interim interval is at least 60 seconds (RFC 2869).`);
  }
  const timeoutS = terms.sessionTimeoutS ?? 0;
  if (!Number.isSafeInteger(timeoutS) || timeoutS < 0) {
    refuse('Session-Timeout', `${timeoutS}: a session timeout is a whole number of seconds.`);
  }
  const mayWall = [policy.onSuspended, policy.onExpired, policy.onDataCap].includes('walled');
  if (mayWall && policy.walledAddressList === '' && policy.walledPool === undefined) {
    refuse('Mikrotik-Address-List', 'The walled garden has neither an address list nor a pool: name one.');
  }
  return faults;
}

/**
 * RouterOS reads 127/8 and 224/3 as "take the profile's pool" (mikrotik-radius section 3): a typing mistake
 * in either would silently give another address. RFC 2865's own 255.255.255.254 means it and may stand.
 */
function isReserved(text: string): boolean {
  const parsed = parseAddress(text);
  if (parsed?.family !== 4 || text === '255.255.255.254') return false;
  const firstOctet = Number(parsed.value >> 24n);
  return firstOctet === 0 || firstOctet === 127 || firstOctet >= 224;
}
