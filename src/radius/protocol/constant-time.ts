/**
 * Compares `size` octets without stopping at the first difference, so that timing tells nothing.
 * Used instead of crypto.timingSafeEqual because that needs two objects per call on the hot path.
 */
export function equalOctets(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, size: number): boolean {
  let difference = 0;
  for (let i = 0; i < size; i++) difference |= a[aAt + i] ^ b[bAt + i];
  return difference === 0;
}
