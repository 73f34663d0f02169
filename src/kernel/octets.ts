/** 2^32: what one Gigawords step is worth (RFC 2869 section 5.1). */
export const GIGAWORD = 4_294_967_296;

/**
 * A 64-bit counter from its two RADIUS halves. A value above 2^53 - 1 (nine petabytes in one session)
 * is no counter of a subscriber and answers undefined.
 */
export function combineOctets(gigawords: number, octets: number): number | undefined {
  const value = gigawords * GIGAWORD + octets;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** A byte count for people: decimal units, three or four digits, `999 B`, `1.50 GB`, `61.2 GB`. */
export function formatOctets(octets: number | bigint): string {
  let value = Number(octets);
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let unit = 0;
  // 999.95 would be printed as 1000.0: it belongs to the next unit already.
  while (value >= (unit === 0 ? 1000 : 999.95) && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 9.995 ? 2 : 1)} ${units[unit]}`;
}
