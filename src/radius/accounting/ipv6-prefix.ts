import { formatAddress } from '../../kernel/ip.ts';

/** An IPv6 prefix value (RFC 3162 section 2.3: reserved, length, prefix octets) as `2001:db8::/56`; null when malformed. */
export function ipv6PrefixText(value: Buffer | undefined): string | null {
  if (value === undefined || value.length < 2 || value.length > 18 || value[1] > 128) return null;
  const octets = Buffer.alloc(16);
  value.copy(octets, 0, 2);
  const host = BigInt(128 - value[1]);
  const address = (BigInt(`0x${octets.toString('hex')}`) >> host) << host;
  return `${formatAddress(6, address)}/${value[1]}`;
}

/** A Framed-IPv6-Address (RFC 6911 section 3.1) as the prefix of one address; null when there is none. */
export function hostPrefixText(value: Buffer | undefined): string | null {
  if (value?.length !== 16) return null;
  return `${formatAddress(6, BigInt(`0x${value.toString('hex')}`))}/128`;
}
