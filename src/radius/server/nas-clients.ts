import { parseAddressBlock } from '../../kernel/ip.ts';
import { SharedSecret } from '../protocol/secret.ts';
import type { MessageAuthenticatorPolicy, NasClient } from './nas-directory.ts';

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
  };
}
