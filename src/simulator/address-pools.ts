import { formatAddress, parseAddressBlock } from '../kernel/ip.ts';

interface Pool {
  readonly first: bigint;
  readonly size: bigint;
  next: bigint;
  readonly free: string[];
}

/** Where pools nobody configured take their addresses: 64 pools of 65,536 (RFC 6598 space). */
const SHARED_SPACE_FIRST = 0x64400000n;
const AUTOMATIC_SIZE = 65_536n;
const AUTOMATIC_MAX = 64;

/**
 * The `/ip/pool` entries of a router. `configured` maps names to blocks (`10.1.0.0/16`); with `'any'` every name
 * exists. Addresses that came back are handed out last.
 */
export class AddressPools {
  readonly #pools = new Map<string, Pool>();
  readonly #acceptsAny: boolean;
  readonly #taken = new Map<string, string>();

  constructor(configured: Readonly<Record<string, string>> | 'any') {
    this.#acceptsAny = configured === 'any';
    if (configured === 'any') return;
    for (const [name, text] of Object.entries(configured)) {
      const block = parseAddressBlock(text);
      this.#add(name, block.first + 1n, block.last - block.first - 1n);
    }
  }

  /** An address of the pool; undefined when the router has no such pool or none is left: the session then fails. */
  take(name: string): string | undefined {
    const pool = this.#pools.get(name) ?? this.#automatic(name);
    if (pool === undefined) return undefined;
    const address = pool.next < pool.size ? formatAddress(4, pool.first + pool.next++) : pool.free.shift();
    if (address !== undefined) this.#taken.set(address, name);
    return address;
  }

  /** Gives an address back; one that came from no pool is ignored. */
  release(address: string): void {
    const name = this.#taken.get(address);
    if (name === undefined) return;
    this.#taken.delete(address);
    this.#pools.get(name)?.free.push(address);
  }

  /** Takes all addresses back at once, as a reboot does. */
  reset(): void {
    this.#taken.clear();
    for (const pool of this.#pools.values()) {
      pool.next = 0n;
      pool.free.length = 0;
    }
  }

  #automatic(name: string): Pool | undefined {
    if (!this.#acceptsAny || this.#pools.size >= AUTOMATIC_MAX) return undefined;
    const first = SHARED_SPACE_FIRST + BigInt(this.#pools.size) * AUTOMATIC_SIZE;
    return this.#add(name, first + 1n, AUTOMATIC_SIZE - 2n);
  }

  #add(name: string, first: bigint, size: bigint): Pool {
    const pool: Pool = { first, size, next: 0n, free: [] };
    this.#pools.set(name, pool);
    return pool;
  }
}
