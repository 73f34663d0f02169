import { parseRateLimit } from '../kernel/bandwidth.ts';
import { decodeAttributes } from '../radius/protocol/codec.ts';
import type { SessionTerms } from './session.ts';

/** What a router reads from an Access-Accept. */
export interface AcceptedTerms {
  readonly terms: SessionTerms;
  readonly framedIp: string | undefined;
  readonly pool: string | undefined;
  readonly classes: readonly Buffer[];
  readonly msChap2Success: Buffer | undefined;
}

/** Reads what RouterOS honours (mikrotik-radius section 3); the rest is ignored as a router does. */
export function readAccept(packet: Buffer): AcceptedTerms {
  const classes: Buffer[] = [];
  const values = new Map<string, string>();
  let msChap2Success: Buffer | undefined;
  for (const { name, value, octets } of decodeAttributes(packet)) {
    if (name === 'Class') classes.push(Buffer.from(octets));
    else if (name === 'MS-CHAP2-Success') msChap2Success = Buffer.from(octets);
    else if (!values.has(name)) values.set(name, value);
  }
  const rateLimitText = values.get('Mikrotik-Rate-Limit');
  const rate = rateLimitText === undefined ? undefined : parseRateLimit(rateLimitText);
  return {
    terms: {
      rateLimit: rate?.ok ? rate.value : undefined,
      rateLimitText,
      sessionTimeoutS: seconds(values.get('Session-Timeout')),
      idleTimeoutS: seconds(values.get('Idle-Timeout')),
      interimS: seconds(values.get('Acct-Interim-Interval')),
      addressList: values.get('Mikrotik-Address-List'),
      group: values.get('Mikrotik-Group'),
    },
    framedIp: ownAddress(values.get('Framed-IP-Address')),
    pool: values.get('Framed-Pool'),
    classes,
    msChap2Success,
  };
}

/** The text of a reject: Reply-Message, else the message of MS-CHAP-Error, else `no reason given`. */
export function rejectReason(packet: Buffer): string {
  let fromMsChap: string | undefined;
  for (const { name, value, octets } of decodeAttributes(packet)) {
    if (name === 'Reply-Message') return value;
    if (name === 'MS-CHAP-Error') fromMsChap = /M=(.+)$/.exec(octets.subarray(1).toString('utf8'))?.[1];
  }
  return fromMsChap ?? 'no reason given';
}

/** 0 means the router's own value. */
function seconds(text: string | undefined): number | undefined {
  const value = Number(text ?? 0);
  return value > 0 ? value : undefined;
}

/** An address in 127/8 or 224/3 means "from the profile's pool". */
function ownAddress(text: string | undefined): string | undefined {
  const first = Number(text?.split('.')[0] ?? 0);
  return text === undefined || first === 127 || first >= 224 || first === 0 ? undefined : text;
}
