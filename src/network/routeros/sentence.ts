import { Buffer } from 'node:buffer';

/** The longest word taken from a router: real ones stay below a few KB, a script or a certificate below this. */
export const WORD_OCTETS_MAX = 1_048_576;
/** The most words in one sentence: an item has some dozens of attributes. */
export const SENTENCE_WORDS_MAX = 4_096;

/** What came is not the RouterOS API, or not to be taken in; the connection is of no use any more. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

/** A word with its length before it, most significant octet first (routeros-api section 1). */
export function encodeWord(word: string): Buffer {
  const body = Buffer.from(word, 'utf8');
  return Buffer.concat([encodeLength(body.length), body]);
}

/** Words and the empty word that ends them. An empty word among them would end the sentence early: it is refused. */
export function encodeSentence(words: readonly string[]): Buffer {
  if (words.some((word) => word === '')) throw new FramingError('A sentence has no empty words.');
  return Buffer.concat([...words.map(encodeWord), END]);
}

/** The 1 to 5 octets that say how long a word is. */
export function encodeLength(octets: number): Buffer {
  if (octets < 0x80) return Buffer.from([octets]);
  if (octets < 0x4000) return Buffer.from([0x80 | (octets >>> 8), octets & 0xff]);
  if (octets < 0x200000) return Buffer.from([0xc0 | (octets >>> 16), (octets >>> 8) & 0xff, octets & 0xff]);
  const length = Buffer.alloc(5);
  length.writeUInt32BE(octets, 1);
  if (octets >= 0x10000000) {
    length[0] = 0xf0;
    return length;
  }
  length[1] |= 0xe0;
  return length.subarray(1);
}

/**
 * Puts the octets of a connection together to sentences, wherever TCP cut them. Throws a FramingError at a length no
 * router sends; what was read before is lost then, and so is the connection.
 */
export class SentenceReader {
  #chunks: Buffer[] = [];
  #octets = 0;
  /** So many octets must be there before it is worth looking again. */
  #needed = 1;
  #words: string[] = [];
  readonly #wordOctetsMax: number;

  constructor(wordOctetsMax: number = WORD_OCTETS_MAX) {
    this.#wordOctetsMax = wordOctetsMax;
  }

  /** The sentences that these octets complete, in order. */
  push(chunk: Buffer): readonly (readonly string[])[] {
    this.#chunks.push(chunk);
    this.#octets += chunk.length;
    if (this.#octets < this.#needed) return [];
    const buffer = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const sentences: (readonly string[])[] = [];
    let at = 0;
    for (;;) {
      const head = decodeLength(buffer, at);
      if (head === undefined) {
        this.#needed = buffer.length - at + 1;
        break;
      }
      if (head.length > this.#wordOctetsMax) {
        throw new FramingError(`A word of ${head.length} octets was announced.`);
      }
      const end = head.start + head.length;
      if (end > buffer.length) {
        this.#needed = end - at;
        break;
      }
      at = end;
      if (head.length > 0) this.#add(buffer.toString('utf8', head.start, end));
      else if (this.#words.length > 0) {
        sentences.push(this.#words);
        this.#words = [];
      }
    }
    this.#chunks = at < buffer.length ? [buffer.subarray(at)] : [];
    this.#octets = buffer.length - at;
    return sentences;
  }

  #add(word: string): void {
    if (this.#words.length >= SENTENCE_WORDS_MAX) {
      throw new FramingError(`A sentence of more than ${SENTENCE_WORDS_MAX} words came.`);
    }
    this.#words.push(word);
  }
}

/** Where the word begins and how long it is; undefined when the length itself is not complete. */
function decodeLength(buffer: Buffer, at: number): { start: number; length: number } | undefined {
  if (at >= buffer.length) return undefined;
  const first = buffer[at];
  if (first < 0x80) return { start: at + 1, length: first };
  const more = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // F8 and above are reserved for control octets nobody has defined; F1 to F7 would be lengths above 4 GiB.
  if (first > 0xf0) throw new FramingError(`The octet ${first.toString(16)} stands where a length should.`);
  if (at + more >= buffer.length) return undefined;
  let length = more === 4 ? 0 : first & (0xff >>> (more + 1));
  for (let octet = 1; octet <= more; octet += 1) length = length * 256 + buffer[at + octet];
  return { start: at + 1 + more, length };
}

const END = Buffer.from([0]);
