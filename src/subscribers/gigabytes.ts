/** What a gigabyte is (billing-rules O1, setting `gb_unit`): 10^9 octets, or 2^30. */
export type GigabyteUnit = 'decimal' | 'binary';

const OCTETS_PER_GB: Readonly<Record<GigabyteUnit, bigint>> = {
  decimal: 1_000_000_000n,
  binary: 1_073_741_824n,
};
const NANO = 1_000_000_000n;

/** Gigabytes such as `100` or `0.5` in thousand-millionths; undefined when the text is none or is 0. */
export function gigabytes(text: string): bigint | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) return undefined;
  const nanos = BigInt(match[1] ?? '0') * NANO + BigInt((match[2] ?? '').padEnd(9, '0'));
  return nanos === 0n ? undefined : nanos;
}

/** The octets of gigabytes such as `100` or `0.5`; a part of an octet does not count. */
export function octetsOf(text: string, unit: GigabyteUnit): bigint {
  return ((gigabytes(text) ?? 0n) * OCTETS_PER_GB[unit]) / NANO;
}
