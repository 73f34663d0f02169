import { normaliseMac } from '../../kernel/mac.ts';

/**
 * A short hash that tells whether two sessions sit at the same place: the same MAC wherever it dials, or, where the
 * caller is no MAC (a tunnel's public address), the same caller on the same port of the same NAS. 0 when unknown.
 */
export function stationHash(
  nasId: number,
  callingStation: string | undefined,
  nasPort: number | null,
): number {
  if (callingStation === undefined || callingStation === '') return 0;
  const mac = normaliseMac(callingStation);
  const place = mac ?? `${callingStation} ${nasId} ${nasPort ?? 0}`;
  return hashText(place);
}

/** FNV-1a over the characters of a text, never 0. Fits a small integer. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 2) + 1;
}
