import { parseAddressBlock } from '../../kernel/ip.ts';
import { SharedSecret } from '../protocol/secret.ts';
import type { MessageAuthenticatorPolicy, NasClient } from './nas-directory.ts';
import type { Shadow } from './shadow-target.ts';

/** A NAS as stored, secrets opened. */
export interface NasRecord {
  readonly id: NasClient['id'];
  readonly name: string;
  readonly address: string;
  readonly nasIdentifier: string | undefined;
  readonly requireMessageAuthenticator: MessageAuthenticatorPolicy;
  readonly hasLearntToSign: boolean;
  readonly limitProxyState: MessageAuthenticatorPolicy;
  readonly swapOctets: boolean;
  readonly interimIntervalS: number | undefined;
  readonly secret: Buffer;
  readonly previousSecret: Buffer | undefined;
  readonly shadow: ShadowRecord | undefined;
}

/** A NAS that is not live, as stored, the secret opened. */
export interface ShadowRecord {
  readonly mode: 'shadow' | 'accounting_only';
  readonly server: string | undefined;
  readonly authPort: number;
  readonly acctPort: number;
  readonly secret: Buffer | undefined;
  readonly timeoutMs: number;
}

/** Makes a RADIUS client of a stored NAS: its block parsed, its secrets prepared for signing. */
export function toNasClient(record: NasRecord): NasClient {
  const secrets = [new SharedSecret(record.secret)];
  if (record.previousSecret !== undefined) secrets.push(new SharedSecret(record.previousSecret));
  return {
    id: record.id,
    number: Number(record.id),
    name: record.name,
    block: parseAddressBlock(record.address),
    nasIdentifier: record.nasIdentifier ?? null,
    secrets,
    requireMessageAuthenticator: record.requireMessageAuthenticator,
    hasLearntToSign: record.hasLearntToSign,
    limitProxyState: record.limitProxyState,
    swapOctets: record.swapOctets,
    interimIntervalS: record.interimIntervalS ?? null,
    shadow: record.shadow === undefined ? null : toShadow(record.shadow),
  };
}

function toShadow(record: ShadowRecord): Shadow {
  const { mode, server: address, secret, authPort, acctPort, timeoutMs } = record;
  const server =
    address === undefined || secret === undefined
      ? null
      : { address, authPort, acctPort, timeoutMs, secret: new SharedSecret(secret) };
  // Without its server a shadow cannot ask: it stays silent, and never answers for itself.
  return mode === 'shadow' && server !== null ? { mode, server } : { mode: 'accounting_only', server };
}
