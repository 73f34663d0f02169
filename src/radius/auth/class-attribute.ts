import type { Grade } from '../policy/decision.ts';
import { HmacMd5Key } from '../protocol/hmac-md5.ts';
import type { PacketView } from '../protocol/packet-view.ts';
import { SLOT } from '../protocol/slots.ts';

/** Octets of our Class value: mark (2), form (1), grade (1), service id (8), state version (4), signature (8). */
export const CLASS_SIZE = 24;

const MARK = 0x4e46;
const FORM = 1;
const SIGNED = 16;
const GRADES: readonly Grade[] = ['full', 'throttled', 'walled'];

/** What a login wrote into Class: the router echoes it in every accounting packet of the session. */
export interface ClassReference {
  readonly serviceId: number;
  readonly stateVersion: number;
  readonly grade: Grade;
}

/**
 * Writes and reads the Class attribute (RFC 2865 section 5.25): which service, in which state version, at which
 * grade a session was let in. Signed, so that another server's Class is never taken for ours.
 */
export class ClassAttribute {
  readonly #key: HmacMd5Key;
  readonly #mac = Buffer.alloc(16);

  /** `key` is derived from APP_KEY; every host of an installation has the same. */
  constructor(key: Buffer) {
    this.#key = new HmacMd5Key(key);
  }

  /** Writes the value into `out`, which must have `CLASS_SIZE` octets. */
  write(out: Buffer, reference: ClassReference): void {
    out.writeUInt16BE(MARK, 0);
    out[2] = FORM;
    out[3] = GRADES.indexOf(reference.grade);
    out.writeUInt32BE(Math.floor(reference.serviceId / 2 ** 32), 4);
    out.writeUInt32BE(reference.serviceId >>> 0, 8);
    out.writeUInt32BE(reference.stateVersion >>> 0, 12);
    this.#key.signInto(out, 0, SIGNED, this.#mac, 0);
    this.#mac.copy(out, SIGNED, 0, CLASS_SIZE - SIGNED);
  }

  /** Ours among the Class attributes of a packet, for a proxy may have added its own; undefined when there is none. */
  find(view: PacketView): ClassReference | undefined {
    const { bytes } = view;
    if (view.count(SLOT.class) === 1) return this.read(bytes, view.start(SLOT.class), view.size(SLOT.class));
    for (let at = view.start(SLOT.class) - 2; at > 0 && at < view.length; at += bytes[at + 1]) {
      const found = bytes[at] === SLOT.class ? this.read(bytes, at + 2, bytes[at + 1] - 2) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Reads a value at `start`; undefined when it is not ours or was altered. */
  read(bytes: Buffer, start: number, size: number): ClassReference | undefined {
    if (size !== CLASS_SIZE || bytes.readUInt16BE(start) !== MARK || bytes[start + 2] !== FORM)
      return undefined;
    this.#key.signInto(bytes, start, start + SIGNED, this.#mac, 0);
    if (this.#mac.compare(bytes, start + SIGNED, start + CLASS_SIZE, 0, CLASS_SIZE - SIGNED) !== 0)
      return undefined;
    const grade = GRADES[bytes[start + 3]];
    if (grade === undefined) return undefined;
    return {
      grade,
      serviceId: bytes.readUInt32BE(start + 4) * 2 ** 32 + bytes.readUInt32BE(start + 8),
      stateVersion: bytes.readUInt32BE(start + 12),
    };
  }
}
