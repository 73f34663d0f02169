const WAYS = 4;
const IN_WORK = -1;
const EMPTY = 0;

/** What the cache knows of a request. */
export type CacheVerdict =
  /** Never seen (or another authenticator under the same id): it is noted now, as in work. */
  | 'new'
  /** Seen and not answered yet: say nothing. */
  | 'in_work'
  /** Seen and answered: `replyStart` and `replySize` tell where the reply lies in `bytes`. */
  | 'answered';

/**
 * Replies to recent requests, so that a retransmission gets the same octets and is never worked on twice (RFC 5080
 * section 2.2.2). Keyed by source, port, identifier and authenticator. Fixed memory: a set-associative table over a
 * ring of octets; under extreme load entries are overwritten before `ttlMs`.
 */
export class ReplyCache {
  /** The ring that replies lie in; what was written stays untouched for the next `bytes.length` octets. */
  readonly bytes: Buffer;
  /** Of the entry that `look` last noted or found. */
  slot = 0;
  replyStart = 0;
  replySize = 0;
  readonly #ttlMs: number;
  readonly #setMask: number;
  readonly #source: Int32Array;
  readonly #portId: Int32Array;
  readonly #auth: Int32Array;
  readonly #atMs: Float64Array;
  /** Where the reply was written, counted since the start; EMPTY and IN_WORK are states. */
  readonly #written: Float64Array;
  readonly #size: Uint16Array;
  #head = 1;

  constructor(options: { entriesMax: number; bytesMax: number; ttlMs: number }) {
    const sets = 2 ** Math.floor(Math.log2(options.entriesMax / WAYS));
    const entries = sets * WAYS;
    this.#setMask = sets - 1;
    this.#ttlMs = options.ttlMs;
    this.bytes = Buffer.alloc(options.bytesMax);
    this.#source = new Int32Array(entries);
    this.#portId = new Int32Array(entries);
    this.#auth = new Int32Array(entries * 4);
    this.#atMs = new Float64Array(entries);
    this.#written = new Float64Array(entries);
    this.#size = new Uint16Array(entries);
  }

  /** Looks a request up by its source index, port and datagram; notes it as in work when it is new. */
  look(sourceIndex: number, port: number, datagram: Buffer, nowMs: number): CacheVerdict {
    const portId = (port << 8) | datagram[1];
    const set = (Math.imul(portId ^ Math.imul(sourceIndex, 0x9e3779b1), 0x85ebca6b) >>> 7) & this.#setMask;
    const first = set * WAYS;
    let victim = first;
    for (let at = first; at < first + WAYS; at += 1) {
      if (this.#written[at] === EMPTY) {
        victim = at;
        continue;
      }
      if (this.#portId[at] === portId && this.#source[at] === sourceIndex) {
        victim = at;
        if (this.#isSame(at, datagram) && nowMs - this.#atMs[at] < this.#ttlMs) {
          const verdict = this.#known(at);
          if (verdict !== undefined) return verdict;
        }
        break;
      }
      if (this.#written[victim] !== EMPTY && this.#atMs[at] < this.#atMs[victim]) victim = at;
    }
    this.#note(victim, sourceIndex, portId, datagram, nowMs);
    return 'new';
  }

  /** Keeps a reply for the noted slot and says where it lies; the octets are copied. */
  store(slot: number, reply: Buffer, size: number): number {
    const capacity = this.bytes.length;
    let start = this.#head % capacity;
    if (start + size > capacity) {
      this.#head += capacity - start;
      start = 0;
    }
    reply.copy(this.bytes, start, 0, size);
    this.#written[slot] = this.#head;
    this.#size[slot] = size;
    this.#head += size;
    return start;
  }

  /** Puts the answered request that `look` found back to work: it is to be answered anew. */
  reopen(): void {
    this.#written[this.slot] = IN_WORK;
  }

  /** Forgets a request that will get no answer, so that its retransmission is worked on. */
  forget(slot: number): void {
    if (this.#written[slot] === IN_WORK) this.#written[slot] = EMPTY;
  }

  /** Names the entry a late answer belongs to; false when it has been overwritten since. */
  isStill(slot: number, sourceIndex: number, port: number, datagram: Buffer): boolean {
    return (
      this.#source[slot] === sourceIndex &&
      this.#portId[slot] === ((port << 8) | datagram[1]) &&
      this.#isSame(slot, datagram)
    );
  }

  #known(at: number): CacheVerdict | undefined {
    this.slot = at;
    const written = this.#written[at];
    if (written === IN_WORK) return 'in_work';
    if (this.#head - written > this.bytes.length) return undefined;
    this.replyStart = written % this.bytes.length;
    this.replySize = this.#size[at];
    return 'answered';
  }

  #note(at: number, sourceIndex: number, portId: number, datagram: Buffer, nowMs: number): void {
    this.#source[at] = sourceIndex;
    this.#portId[at] = portId;
    const auth = at * 4;
    for (let word = 0; word < 4; word += 1) this.#auth[auth + word] = datagram.readInt32LE(4 + word * 4);
    this.#atMs[at] = nowMs;
    this.#written[at] = IN_WORK;
    this.slot = at;
  }

  #isSame(at: number, datagram: Buffer): boolean {
    const auth = at * 4;
    for (let word = 0; word < 4; word += 1) {
      if (this.#auth[auth + word] !== datagram.readInt32LE(4 + word * 4)) return false;
    }
    return true;
  }
}
