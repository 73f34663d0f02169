import { AppError } from '../../kernel/errors.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Octets that are looked at to tell the encoding of a file without a byte order mark. */
const sniffedMax = 200;

/**
 * The text of a file, piece by piece: UTF-8, or UTF-16 as spreadsheets save "Unicode text", with or without a byte
 * order mark. Throws `file_not_utf8` for anything else: a guess at an old code page would spoil passwords.
 */
export class FileText {
  readonly #name: string;
  #decoder: InstanceType<typeof TextDecoder> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  push(octets: Uint8Array): string {
    this.#decoder ??= new TextDecoder(encodingOf(octets), { fatal: true });
    return this.#decode(octets, true);
  }

  end(): string {
    return this.#decoder === undefined ? '' : this.#decode(undefined, false);
  }

  #decode(octets: Uint8Array | undefined, stream: boolean): string {
    try {
      return this.#decoder?.decode(octets, { stream }) ?? '';
    } catch (cause) {
      throw new AppError(
        'invalid',
        'file_not_utf8',
        `'${this.#name}' is neither UTF-8 nor UTF-16: save it as CSV UTF-8.`,
        { cause },
      );
    }
  }
}

/** By the byte order mark, else by where the zero octets of Latin letters and digits are. */
function encodingOf(octets: Uint8Array): Encoding {
  if (octets[0] === 0xff && octets[1] === 0xfe) return 'utf-16le';
  if (octets[0] === 0xfe && octets[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  const sniffed = Math.min(sniffedMax, octets.length);
  for (let at = 0; at < sniffed; at += 1) if (octets[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > sniffed / 4) return 'utf-16le';
  return even > sniffed / 4 ? 'utf-16be' : 'utf-8';
}
