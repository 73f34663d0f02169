import type { NasId } from '../../kernel/ids.ts';
import { type AddressBlock, parseAddress } from '../../kernel/ip.ts';
import type { SharedSecret } from '../protocol/secret.ts';
import type { Shadow } from './shadow-target.ts';

/** Whether a NAS must sign its Access-Requests; `auto` demands it once it has seen it long enough. */
export type MessageAuthenticatorPolicy = 'yes' | 'no' | 'auto';

/** A RADIUS client as the server needs it. */
export interface NasClient {
  readonly id: NasId;
  readonly number: number;
  readonly name: string;
  readonly block: AddressBlock;
  readonly nasIdentifier: string | null;
  /** The current secret first; during a rotation the previous one after it. */
  readonly secrets: readonly SharedSecret[];
  readonly requireMessageAuthenticator: MessageAuthenticatorPolicy;
  /** True once `auto` has learnt that this NAS always signs. */
  hasLearntToSign: boolean;
  readonly limitProxyState: MessageAuthenticatorPolicy;
  readonly swapOctets: boolean;
  readonly interimIntervalS: number | null;
  /** Null: it is live, as a NAS should be. */
  readonly shadow: Shadow | null;
}

/** One address that sent packets, with the clients it may be. */
export interface Source {
  readonly address: string;
  /** A small number that stands for the address in the reply cache. */
  readonly index: number;
  /** Most specific block first, those named by NAS-Identifier before those that take any. */
  readonly candidates: readonly NasClient[];
  /** The secret that verified last: tells which one an unsigned request uses during a rotation. */
  lastSecret: SharedSecret | undefined;
  /** When it was last heard, milliseconds since the epoch; 0 = never. */
  lastAuthAtMs: number;
  lastAcctAtMs: number;
  lastNas: NasClient | undefined;
}

const SOURCES_MAX = 65_536;

/** Finds the NAS behind a source address; addresses and blocks, v4 and v6. */
export class NasDirectory {
  #clients: readonly NasClient[] = [];
  #sources = new Map<string, Source>();
  /** The secret that verified last, by address: a rotation replaces the clients, and the routers go on as before. */
  #verified = new Map<string, SharedSecret>();
  #nextIndex = 1;

  /** Replaces all clients; sources are looked up afresh, their indexes stay unique. */
  replace(clients: readonly NasClient[]): void {
    if (this.#verified.size >= SOURCES_MAX) this.#verified = new Map();
    for (const { address, lastSecret } of this.#sources.values()) {
      if (lastSecret !== undefined) this.#verified.set(address, lastSecret);
    }
    this.#clients = [...clients].sort(bySpecificity);
    this.#sources = new Map();
  }

  get clients(): readonly NasClient[] {
    return this.#clients;
  }

  /** Sources heard since the last replace, for the health report. */
  get sources(): Iterable<Source> {
    return this.#sources.values();
  }

  /** The source of a datagram; undefined when no NAS has the address. */
  source(address: string): Source | undefined {
    const known = this.#sources.get(address);
    if (known !== undefined) return known;
    const parsed = parseAddress(address);
    if (parsed === undefined) return undefined;
    const candidates = this.#clients.filter(
      ({ block }) =>
        block.family === parsed.family && parsed.value >= block.first && parsed.value <= block.last,
    );
    if (candidates.length === 0) return undefined;
    if (this.#sources.size >= SOURCES_MAX) this.#sources.clear();
    const source: Source = {
      address,
      index: this.#nextIndex,
      candidates,
      lastSecret: sameSecret(candidates, this.#verified.get(address)),
      lastAuthAtMs: 0,
      lastAcctAtMs: 0,
      lastNas: undefined,
    };
    this.#nextIndex = (this.#nextIndex + 1) | 0;
    this.#sources.set(address, source);
    return source;
  }
}

function sameSecret(
  candidates: readonly NasClient[],
  known: SharedSecret | undefined,
): SharedSecret | undefined {
  if (known === undefined) return undefined;
  return candidates.flatMap(({ secrets }) => secrets).find(({ bytes }) => bytes.equals(known.bytes));
}

function bySpecificity(a: NasClient, b: NasClient): number {
  if (a.block.prefixLength !== b.block.prefixLength) return b.block.prefixLength - a.block.prefixLength;
  return Number(a.nasIdentifier === null) - Number(b.nasIdentifier === null);
}
