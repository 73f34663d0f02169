import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLASS_SIZE,
  ClassAttribute,
  type ClassReference,
} from '../../../../src/radius/auth/class-attribute.ts';

const ours = new ClassAttribute(Buffer.alloc(32, 1));
const theirs = new ClassAttribute(Buffer.alloc(32, 2));

function written(reference: ClassReference, by = ours): Buffer {
  const value = Buffer.alloc(CLASS_SIZE);
  by.write(value, reference);
  return value;
}

const reference = fc.record<ClassReference>({
  serviceId: fc.maxSafeNat(),
  stateVersion: fc.nat(0x7fffffff),
  grade: fc.constantFrom('full', 'throttled', 'walled'),
});

describe('our Class value', () => {
  it('says which service, version and grade a session was let in with', () => {
    fc.assert(
      fc.property(reference, (said) => {
        expect(ours.read(written(said), 0, CLASS_SIZE)).toEqual(said);
      }),
    );
  });

  it('is found where it lies in a packet', () => {
    const said = { serviceId: 7, stateVersion: 3, grade: 'full' } as const;
    const bytes = Buffer.concat([Buffer.alloc(40, 9), written(said), Buffer.alloc(3, 9)]);
    expect(ours.read(bytes, 40, CLASS_SIZE)).toEqual(said);
  });

  it('altered in any one bit is not believed', () => {
    fc.assert(
      fc.property(reference, fc.nat(CLASS_SIZE * 8 - 1), (said, bit) => {
        const value = written(said);
        value[bit >> 3] ^= 1 << (bit & 7);
        expect(ours.read(value, 0, CLASS_SIZE)).toBeUndefined();
      }),
    );
  });

  it('of another installation is not believed', () => {
    const value = written({ serviceId: 7, stateVersion: 3, grade: 'full' }, theirs);
    expect(ours.read(value, 0, CLASS_SIZE)).toBeUndefined();
  });

  it('any other octets of any size are not ours', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 253 }), (octets) => {
        expect(ours.read(Buffer.from(octets), 0, octets.length)).toBeUndefined();
      }),
    );
  });
});
