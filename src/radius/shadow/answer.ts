import type { Buffer } from 'node:buffer';
import { formatRateLimit, parseRateLimit } from '../../kernel/bandwidth.ts';
import { CODE } from '../protocol/code.ts';
import { decodeAttributes } from '../protocol/codec.ts';

/** What of an answer matters to a subscriber, as the report shows it. */
export interface ShadowAnswer {
  /** `walled`: let in to the walled garden alone. */
  readonly outcome: 'accept' | 'walled' | 'reject' | 'challenge';
  /** Mikrotik-Rate-Limit in its canonical form, upload first. */
  readonly rate?: string;
  readonly address?: string;
  readonly pool?: string;
  readonly address_list?: string;
  readonly profile?: string;
  /** Why it was refused. */
  readonly reason?: string;
}

/** What is compared, in the order it is told. */
const COMPARED = ['outcome', 'rate', 'address', 'pool', 'address_list', 'profile'] as const;
export type Difference = (typeof COMPARED)[number];

/** Reads an Access-Accept, -Reject or -Challenge. */
export function shadowAnswer(packet: Buffer, isWalled = false): ShadowAnswer {
  const values = new Map<string, string>();
  for (const { name, value } of decodeAttributes(packet)) if (!values.has(name)) values.set(name, value);
  const code = packet[0];
  if (code !== CODE.accessAccept) {
    const reason = values.get('Reply-Message');
    const outcome = code === CODE.accessChallenge ? 'challenge' : 'reject';
    return reason === undefined ? { outcome } : { outcome, reason };
  }
  const parts = {
    rate: rateOf(values),
    address: addressOf(values.get('Framed-IP-Address')),
    pool: values.get('Framed-Pool'),
    address_list: values.get('Mikrotik-Address-List'),
    profile: values.get('Mikrotik-Group'),
  };
  const said = Object.entries(parts).filter(([, value]) => value !== undefined);
  return { outcome: isWalled ? 'walled' : 'accept', ...Object.fromEntries(said) };
}

/** In what two answers differ; two refusals are alike whatever their reasons. */
export function differencesBetween(ours: ShadowAnswer, theirs: ShadowAnswer): Difference[] {
  return COMPARED.filter((what) => ours[what] !== theirs[what]);
}

function rateOf(values: ReadonlyMap<string, string>): string | undefined {
  const up = values.get('WISPr-Bandwidth-Max-Up');
  const down = values.get('WISPr-Bandwidth-Max-Down');
  const written = values.get('Mikrotik-Rate-Limit') ?? (up && down ? `${up}/${down}` : undefined);
  if (written === undefined) return undefined;
  const parsed = parseRateLimit(written);
  return parsed.ok ? formatRateLimit(parsed.value) : written;
}

/** 255.255.255.254 leaves the choice to the router, as no address does (RFC 2865 section 5.8). */
function addressOf(address: string | undefined): string | undefined {
  return address?.startsWith('255.255.255.25') ? undefined : address;
}
