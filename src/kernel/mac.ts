const HEX12 = /^[0-9a-f]{12}$/;
const CANONICAL = /^[0-9A-F]{2}(?::[0-9A-F]{2}){5}$/;
const MAC_CHARACTERS = /^\s*[0-9A-Fa-f:.-]+\s*$/;

/**
 * A MAC address in any usual notation (`AA-BB-..`, `aabb.ccdd.eeff`, `0:1:a:..`, DHCP client id `1:0:e1:..`)
 * as `AA:BB:CC:DD:EE:FF`; undefined when it is not one.
 */
export function normaliseMac(text: string): string | undefined {
  // What routers send is canonical already, and most texts that are no MAC show it at once: both are quick.
  if (text.length === 17 && CANONICAL.test(text)) return text;
  if (text.length < 11 || !MAC_CHARACTERS.test(text)) return undefined;
  const parts = text.trim().toLowerCase().split(/[:-]/);
  let hex: string;
  if (parts.length === 6 || parts.length === 7) {
    // A DHCP client id carries the hardware type first (RFC 2132 section 9.14) and drops leading zeros.
    if (parts.length === 7 && parts[0] !== '1' && parts[0] !== '01') return undefined;
    if (parts.includes('')) return undefined;
    hex = parts
      .slice(-6)
      .map((part) => part.padStart(2, '0'))
      .join('');
  } else {
    hex = text.trim().toLowerCase().replace(/[.:-]/g, '');
  }
  if (!HEX12.test(hex)) return undefined;
  return (hex.match(/../g) ?? []).join(':').toUpperCase();
}
