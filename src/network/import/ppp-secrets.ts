import { parseAddress } from '../../kernel/ip.ts';
import type { RouterRow } from '../router.port.ts';
import { MARK } from '../routeros/desired-items.ts';

/** A secret of a router on its way to a service. */
export interface SecretCandidate {
  readonly username: string;
  /** Never put into an answer. */
  readonly password: string;
  /** Name of the profile, which becomes the package. */
  readonly profile: string;
  readonly rateLimit: string | undefined;
  readonly pool: string | undefined;
  readonly ip: string | undefined;
  readonly mac: string | undefined;
  /** Why it cannot be taken; undefined when it can. */
  readonly problem: string | undefined;
}

/** What the router shows instead of a password it hides. */
const HIDDEN = /^\**$/;

const HIDDEN_PASSWORD =
  'The router hides the password. For the time of the import: /user group set isp-billing policy=api,read,write,test,sensitive';

/** Reads secrets with their profiles; what is kept there by this product is no candidate. */
export function secretCandidates(
  secrets: readonly RouterRow[],
  profiles: readonly RouterRow[],
): readonly SecretCandidate[] {
  const byName = new Map(profiles.map((profile) => [profile.name ?? '', profile]));
  return secrets.filter((row) => !(row.comment ?? '').startsWith(MARK)).map((row) => candidate(row, byName));
}

function candidate(row: RouterRow, profiles: ReadonlyMap<string, RouterRow>): SecretCandidate {
  const { name = '', password = '', profile = 'default' } = row;
  const own = row['remote-address'] ?? '';
  const ofProfile = profiles.get(profile)?.['remote-address'] ?? '';
  const isOwnAddress = parseAddress(own) !== undefined;
  return {
    username: name,
    password: HIDDEN.test(password) ? '' : password,
    profile,
    rateLimit: profiles.get(profile)?.['rate-limit'] || undefined,
    pool: isOwnAddress
      ? undefined
      : own || (parseAddress(ofProfile) === undefined ? ofProfile : '') || undefined,
    ip: isOwnAddress ? own : undefined,
    mac: macOf(row['caller-id'] ?? ''),
    problem: HIDDEN.test(password)
      ? HIDDEN_PASSWORD
      : row.disabled === 'true'
        ? 'It is disabled.'
        : undefined,
  };
}

/** `caller-id` is a MAC address for PPPoE and an IP address for tunnels. */
function macOf(callerId: string): string | undefined {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(callerId) ? callerId : undefined;
}

const COLUMNS = ['username', 'password', 'package', 'rate', 'pool', 'ip', 'mac'] as const;

/** The candidates as the file of subscribers the import takes. */
export function toSubscriberFile(candidates: readonly SecretCandidate[]): string {
  const lines = candidates.map((one) =>
    [one.username, one.password, one.profile, one.rateLimit, one.pool, one.ip, one.mac].map(cell).join(','),
  );
  return [COLUMNS.join(','), ...lines].map((line) => `${line}\n`).join('');
}

function cell(value: string | undefined): string {
  return `"${(value ?? '').replaceAll('"', '""')}"`;
}
