import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../vectors/', import.meta.url);

/** One block of test/vectors/*.txt; the header of every file says what the keys mean. */
export interface Vector {
  readonly name: string;
  readonly packet: Buffer;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly secret?: string;
  readonly password?: string;
  readonly answers?: string;
  readonly error?: string;
  readonly 'message-authenticator'?: string;
  readonly authenticator?: string;
  readonly 'one-way'?: string;
}

/** All vectors of all files; a line that is neither key nor attribute throws, so that nothing is skipped. */
export function readVectors(): Vector[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.txt'));
  return files.sort().flatMap((file) =>
    readFileSync(new URL(file, FOLDER), 'utf8')
      .replace(/^#.*\n/gm, '')
      .split(/\n\n+/)
      .filter((block) => block.trim() !== '')
      .map((block) => parseBlock(file, block.trim())),
  );
}

function parseBlock(file: string, block: string): Vector {
  const keys = new Map<string, string>();
  const attributes: { name: string; value: string }[] = [];
  for (const line of block.split('\n')) {
    const key = /^([a-z-]+):(?: (.*))?$/.exec(line);
    const attribute = /^(\S+) =(?: (.*))?$/.exec(line);
    if (key?.[1] === 'hex') keys.set('hex', `${keys.get('hex') ?? ''}${key[2] ?? ''}`);
    else if (key) keys.set(key[1], key[2] ?? '');
    else if (attribute) attributes.push({ name: attribute[1], value: attribute[2] ?? '' });
    else throw new Error(`${file}: '${line}' is neither a key nor an attribute.`);
  }
  const { name = file, hex = '', ...rest } = Object.fromEntries(keys);
  return { name, packet: Buffer.from(hex, 'hex'), attributes, ...rest };
}
