import { AppError } from './errors.ts';

/** An address block: `first` and `last` are unsigned integers, 32 bits for v4 and 128 for v6. */
export interface AddressBlock {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  readonly prefixLength: number;
  /** Canonical text, `10.0.0.0/24`; without the prefix length for one address. */
  readonly text: string;
}

/** Parses one address; undefined when the text is none. An IPv4-mapped IPv6 address (`::ffff:1.2.3.4`) is v4. */
export function parseAddress(text: string): { family: 4 | 6; value: bigint } | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return { family: 4, value: v4 };
  const v6 = parseV6(text);
  if (v6 === undefined) return undefined;
  if (v6 >> 32n === 0xffffn) return { family: 4, value: v6 & 0xffffffffn };
  return { family: 6, value: v6 };
}

/** Parses an address or a CIDR block; host bits are cleared. Throws `validation_failed` with what is allowed. */
export function parseAddressBlock(text: string): AddressBlock {
  const [address = '', length, ...rest] = text.trim().split('/');
  const parsed = parseAddress(address);
  const bits = parsed?.family === 6 ? 128 : 32;
  const prefixLength = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (!parsed || rest.length > 0 || prefixLength < 0 || prefixLength > bits) {
    throw new AppError(
      'invalid',
      'validation_failed',
      `'${text}' is no address: give an IPv4 or IPv6 address, or a block such as 10.0.0.0/24 or 2001:db8::/64.`,
    );
  }
  const hostBits = BigInt(bits - prefixLength);
  const first = (parsed.value >> hostBits) << hostBits;
  const last = first | ((1n << hostBits) - 1n);
  const shown = formatAddress(parsed.family, first);
  return {
    family: parsed.family,
    first,
    last,
    prefixLength,
    text: prefixLength === bits ? shown : `${shown}/${prefixLength}`,
  };
}

/** Canonical text of an address (RFC 5952 for v6). */
export function formatAddress(family: 4 | 6, value: bigint): string {
  if (family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 255n).toString()).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  const run = longestZeroRun(groups);
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (run.length < 2) return hex(groups);
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  return best;
}

function parseV4(text: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  let value = 0n;
  for (const part of match.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseV6(text: string): bigint | undefined {
  const bare = text.split('%', 1)[0] ?? '';
  const halves = bare.split('::');
  if (halves.length > 2) return undefined;
  const groupsOf = (half: string | undefined) => (half === undefined || half === '' ? [] : half.split(':'));
  const expand = (groups: readonly string[], isEnd: boolean): bigint[] | undefined => {
    const values: bigint[] = [];
    for (const [index, group] of groups.entries()) {
      // Dotted notation may only stand for the last 32 bits (RFC 4291 section 2.2).
      const v4 = isEnd && index === groups.length - 1 ? parseV4(group) : undefined;
      if (v4 !== undefined) values.push(v4 >> 16n, v4 & 0xffffn);
      else if (/^[0-9a-fA-F]{1,4}$/.test(group)) values.push(BigInt(`0x${group}`));
      else return undefined;
    }
    return values;
  };
  const head = expand(groupsOf(halves[0]), halves.length === 1);
  const tail = expand(groupsOf(halves[1]), true);
  if (!head || !tail) return undefined;
  const gap = 8 - head.length - tail.length;
  if (halves.length === 1 ? gap !== 0 : gap < 1) return undefined;
  const groups = [...head, ...Array.from({ length: halves.length === 1 ? 0 : gap }, () => 0n), ...tail];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}
