import { Buffer } from 'node:buffer';
import { Md5 } from './md5.ts';
import type { PacketView } from './packet-view.ts';
import type { SharedSecret } from './secret.ts';
import { SLOT } from './slots.ts';

const PASSWORD_SIZE_MAX = 128;
const md5 = new Md5();
const mask = new Uint8Array(16);
const clear = new Uint8Array(PASSWORD_SIZE_MAX);

/**
 * Whether the PAP password of the request (RFC 2865 section 5.2) is `password`, in constant time for a given size.
 * Trailing zeros cannot be told from padding, so they do not count; false when the attribute is absent or ill-sized.
 */
export function papMatches(view: PacketView, secret: SharedSecret, password: Uint8Array): boolean {
  const size = unhide(view, secret);
  if (size === 0) return false;
  let difference = 0;
  for (let i = 0; i < size; i++) difference |= clear[i] ^ (i < password.length ? password[i] : 0);
  for (let i = size; i < password.length; i++) difference |= password[i];
  return difference === 0;
}

/** The PAP password of the request without its padding; undefined when the attribute is absent or ill-sized. */
export function revealPassword(view: PacketView, secret: SharedSecret): Buffer | undefined {
  let size = unhide(view, secret);
  if (size === 0) return undefined;
  while (size > 0 && clear[size - 1] === 0) size--;
  return Buffer.from(clear.subarray(0, size));
}

/** Hides a password for the User-Password attribute of a client; RangeError beyond 128 octets. */
export function hidePassword(password: Uint8Array, authenticator: Uint8Array, secret: SharedSecret): Buffer {
  if (password.length > PASSWORD_SIZE_MAX) {
    throw new RangeError(
      `A User-Password holds at most ${PASSWORD_SIZE_MAX} octets, not ${password.length}.`,
    );
  }
  const hidden = Buffer.alloc(Math.max(16, Math.ceil(password.length / 16) * 16));
  hidden.set(password);
  hideInto(hidden, 0, hidden.length, authenticator, 0, secret);
  return hidden;
}

/**
 * Hides `out[at, at + size)` in place: c(i) = p(i) xor MD5(secret + c(i-1)), c(0) being the 16-octet
 * authenticator. The size is a multiple of 16.
 */
export function hideInto(
  out: Uint8Array,
  at: number,
  size: number,
  authenticator: Uint8Array,
  authenticatorAt: number,
  secret: SharedSecret,
): void {
  let previous = authenticator;
  let previousAt = authenticatorAt;
  for (let block = at; block < at + size; block += 16) {
    md5
      .reset()
      .update(secret.bytes, 0, secret.bytes.length)
      .update(previous, previousAt, previousAt + 16);
    md5.digestInto(mask, 0);
    for (let i = 0; i < 16; i++) out[block + i] ^= mask[i];
    previous = out;
    previousAt = block;
  }
}

/** Decrypts into `clear`; returns the padded size, 0 when there is no well-sized User-Password. */
function unhide(view: PacketView, secret: SharedSecret): number {
  const size = view.size(SLOT.userPassword);
  if (size < 16 || size > PASSWORD_SIZE_MAX || size % 16 !== 0) return 0;
  const bytes = view.bytes;
  const start = view.start(SLOT.userPassword);
  for (let block = 0; block < size; block += 16) {
    const previous = block === 0 ? view.authenticatorStart : start + block - 16;
    md5
      .reset()
      .update(secret.bytes, 0, secret.bytes.length)
      .update(bytes, previous, previous + 16);
    md5.digestInto(mask, 0);
    for (let i = 0; i < 16; i++) clear[block + i] = bytes[start + block + i] ^ mask[i];
  }
  return size;
}
