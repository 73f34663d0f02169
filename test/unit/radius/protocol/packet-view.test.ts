import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAttributes, decodePacket } from '../../../../src/radius/protocol/codec.ts';
import { PacketView } from '../../../../src/radius/protocol/packet-view.ts';
import { SLOT, SLOT_COUNT, VENDOR, vendorBase } from '../../../../src/radius/protocol/slots.ts';
import { accessRequest, attribute, vendorAttribute } from './packets.ts';

const view = new PacketView();

describe('PacketView', () => {
  it('gives typed values of the first occurrence and counts the others', () => {
    const packet = accessRequest(
      attribute(SLOT.userName, 'alice'),
      attribute(SLOT.nasPort, [0x80, 0x10, 0, 0x14]),
      attribute(SLOT.framedIpAddress, [10, 0, 0, 255]),
      attribute(SLOT.class, [1]),
      attribute(SLOT.class, [2, 3]),
      attribute(SLOT.nasIdentifier, 'zoë'),
    );
    expect(view.read(packet)).toBeNull();
    expect([view.code, view.id, view.length]).toEqual([1, 1, packet.length]);
    expect(view.text(SLOT.userName)).toBe('alice');
    expect(view.text(SLOT.nasIdentifier)).toBe('zoë');
    expect(view.uint32(SLOT.nasPort, 0)).toBe(0x80100014);
    expect(view.ipv4(SLOT.framedIpAddress)).toBe('10.0.0.255');
    expect(view.count(SLOT.class)).toBe(2);
    expect([view.start(SLOT.class), view.size(SLOT.class)]).toEqual([41, 1]);
    expect(view.slice(SLOT.class)?.toString('hex')).toBe('01');
  });

  it('answers for an absent attribute what its interface says', () => {
    expect(view.read(accessRequest())).toBeNull();
    expect(view.has(SLOT.userName)).toBe(false);
    expect([view.count(1), view.start(1), view.size(1)]).toEqual([0, 0, 0]);
    expect(view.uint32(SLOT.nasPort, 42)).toBe(42);
    expect([view.text(1), view.slice(1), view.ipv4(8)]).toEqual([undefined, undefined, undefined]);
  });

  it('takes a number or address of the wrong size for absent, and an empty text for present', () => {
    view.read(accessRequest(attribute(5, [1, 2, 3]), attribute(8, [1, 2, 3, 4, 5]), attribute(1, '')));
    expect(view.uint32(5, 7)).toBe(7);
    expect(view.ipv4(8)).toBeUndefined();
    expect(view.text(1)).toBe('');
  });

  it('forgets the packet before', () => {
    view.read(accessRequest(attribute(SLOT.userName, 'alice'), attribute(SLOT.state, [9])));
    view.read(accessRequest(attribute(SLOT.userName, 'bob')));
    expect(view.text(SLOT.userName)).toBe('bob');
    expect(view.has(SLOT.state)).toBe(false);
    expect(view.read(Buffer.alloc(3))).toBe('short');
    expect(view.has(SLOT.userName)).toBe(false);
  });

  it('finds sub-attributes of every vendor it knows, several in one VSA too', () => {
    for (const vendor of Object.values(VENDOR)) {
      const base = vendorBase(vendor);
      expect(view.read(accessRequest(vendorAttribute(vendor, [1, 'one'], [255, 'last'])))).toBeNull();
      expect([view.text(base + 1), view.text(base + 255)]).toEqual(['one', 'last']);
    }
    expect(vendorBase(9)).toBe(-1);
  });

  it.each([
    ['no vendor', []],
    ['half a vendor', [0, 0, 0x3a]],
    ['a sub-attribute past the end', [0, 0, 0x3a, 0x8c, 8, 4, 0x35]],
    ['a sub-attribute of length 0', [0, 0, 0x3a, 0x8c, 8, 0, 0x35]],
    ['an octet left over', [0, 0, 0x3a, 0x8c, 8, 3, 0x35, 1]],
    ['nothing but a vendor', [0, 0, 0x3a, 0x8c]],
  ])('leaves a VSA with %s alone and goes on', (_, value) => {
    const packet = accessRequest(attribute(SLOT.vendorSpecific, value), attribute(SLOT.userName, 'alice'));
    expect(view.read(packet)).toBeNull();
    expect(view.has(SLOT.mikrotikRateLimit)).toBe(false);
    expect(view.text(SLOT.userName)).toBe('alice');
  });

  it('refuses more than 4096 octets and takes exactly that many', () => {
    const filler = Array.from({ length: 15 }, () => attribute(SLOT.eapMessage, Buffer.alloc(253)));
    const full = accessRequest(...filler, attribute(SLOT.eapMessage, Buffer.alloc(249)));
    expect(full.length).toBe(4096);
    expect(view.read(full)).toBeNull();
    expect(view.count(SLOT.eapMessage)).toBe(16);
    const over = accessRequest(...filler, attribute(SLOT.eapMessage, Buffer.alloc(250)));
    expect(view.read(over)).toBe('length');
  });

  it('copies all attributes of a type in order, with their headers', () => {
    view.read(accessRequest(attribute(33, [1]), attribute(1, 'x'), attribute(33, [2, 3])));
    const out = Buffer.alloc(16);
    expect(view.encodedSize(33)).toBe(7);
    expect(view.copyAll(33, out, 2)).toBe(9);
    expect(out.toString('hex', 0, 10)).toBe('00002103012104020300');
    expect(view.copyAll(24, out, 5)).toBe(5);
  });
});

describe('any octets', () => {
  const datagram = fc.oneof(fc.uint8Array({ maxLength: 300 }), almostAPacket());

  it('never make read or decode throw, and what is read lies inside the packet', () => {
    fc.assert(
      fc.property(datagram, (octets) => {
        const packet = Buffer.from(octets);
        const fault = view.read(packet);
        expect(decodePacket(packet).ok).toBe(fault === null);
        expect(Array.isArray(decodeAttributes(packet))).toBe(true);
        if (fault !== null) return;
        for (let slot = 0; slot < SLOT_COUNT; slot++) {
          if (!view.has(slot)) continue;
          expect(view.start(slot)).toBeGreaterThanOrEqual(22);
          expect(view.start(slot) + view.size(slot)).toBeLessThanOrEqual(view.length);
        }
        expect(view.count(SLOT.messageAuthenticator)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it('are counted as many times by the view as by the plain decoder', () => {
    fc.assert(
      fc.property(almostAPacket(), (octets) => {
        const packet = Buffer.from(octets);
        if (view.read(packet) !== null) return;
        const standard = decodeAttributes(packet).filter((found) => found.name === 'User-Name');
        expect(view.count(SLOT.userName)).toBe(standard.length);
        expect(view.slice(SLOT.userName)).toEqual(standard[0]?.octets);
      }),
    );
  });
});

/** A packet with a right length and plausible attributes, so that random octets get past the first checks. */
function almostAPacket(): fc.Arbitrary<Uint8Array> {
  const type = fc.oneof(fc.constantFrom(1, 26, 33, 80, 241), fc.integer({ min: 0, max: 255 }));
  const value = fc.uint8Array({ maxLength: 30 });
  const slip = fc.constantFrom(2, 2, 2, 2, 2, 2, 2, 0, 1, 9);
  return fc.array(fc.tuple(type, value, slip), { maxLength: 12 }).map((list) => {
    const parts = list.map(([number, octets, extra]) => Buffer.of(number, octets.length + extra, ...octets));
    return accessRequest(...parts);
  });
}
