import { createCipheriv, createHash, createHmac, getHashes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockHash } from '../../../../src/radius/protocol/block-hash.ts';
import { Des } from '../../../../src/radius/protocol/des.ts';
import { HmacMd5Key } from '../../../../src/radius/protocol/hmac-md5.ts';
import { Md4 } from '../../../../src/radius/protocol/md4.ts';
import { Md5 } from '../../../../src/radius/protocol/md5.ts';
import { Sha1 } from '../../../../src/radius/protocol/sha1.ts';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

function digestHex(hash: BlockHash, size: number): string {
  const out = Buffer.alloc(size + 2, 0xaa);
  hash.digestInto(out, 1);
  expect([out[0], out[size + 1]]).toEqual([0xaa, 0xaa]);
  return out.toString('hex', 1, size + 1);
}

describe('digests', () => {
  const md5 = new Md5();
  const sha1 = new Sha1();
  const md4 = new Md4();

  it('md5 and sha1 agree with node:crypto for every size across three blocks', () => {
    for (let size = 0; size < 200; size++) {
      const input = Buffer.from(Array.from({ length: size }, (_, i) => (i * 37 + size) & 255));
      expect(digestHex(md5.reset().update(input), 16)).toBe(createHash('md5').update(input).digest('hex'));
      expect(digestHex(sha1.reset().update(input), 20)).toBe(createHash('sha1').update(input).digest('hex'));
    }
  });

  it('input in any parts gives the digest of the whole', () => {
    fc.assert(
      fc.property(fc.array(bytes(150), { maxLength: 6 }), (parts) => {
        md5.reset();
        sha1.reset();
        for (const part of parts) {
          md5.update(part);
          sha1.update(Buffer.concat([Buffer.of(1), part, Buffer.of(2)]), 1, part.length + 1);
        }
        const whole = Buffer.concat(parts);
        expect(digestHex(md5, 16)).toBe(createHash('md5').update(whole).digest('hex'));
        expect(digestHex(sha1, 20)).toBe(createHash('sha1').update(whole).digest('hex'));
      }),
    );
  });

  it('a message longer than 2^29 bits has its length counted right', () => {
    const mebibyte = Buffer.alloc(2 ** 20, 7);
    const reference = createHash('md5');
    md5.reset();
    for (let i = 0; i < 65; i++) {
      md5.update(mebibyte);
      reference.update(mebibyte);
    }
    expect(digestHex(md5, 16)).toBe(reference.digest('hex'));
  });

  // RFC 1320 A.5
  it.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
    ['1234567890'.repeat(8), 'e33b4ddc9c38f2199c3e7b164fcc0536'],
  ])('md4 of "%s" is the one of RFC 1320', (text, hex) => {
    expect(digestHex(md4.reset().update(Buffer.from(text)), 16)).toBe(hex);
  });

  it('the md4 of any parts is the md4 of the whole', () => {
    fc.assert(
      fc.property(bytes(300), fc.nat(300), (input, cut) => {
        const at = Math.min(cut, input.length);
        const whole = digestHex(md4.reset().update(input), 16);
        expect(digestHex(md4.reset().update(input, 0, at).update(input, at), 16)).toBe(whole);
      }),
    );
  });

  it('hmac-md5 agrees with node:crypto for keys below, at and above one block', () => {
    expect(getHashes()).toContain('md5');
    fc.assert(
      fc.property(bytes(140), bytes(300), (key, message) => {
        const out = Buffer.alloc(16);
        new HmacMd5Key(key).signInto(message, 0, message.length, out, 0);
        expect(out.toString('hex')).toBe(createHmac('md5', key).update(message).digest('hex'));
      }),
    );
  });
});

describe('des', () => {
  const des = new Des();
  const out = Buffer.alloc(8);
  const eight = fc.uint8Array({ minLength: 8, maxLength: 8 });

  it('agrees with the triple DES of node:crypto under one key three times', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 7, maxLength: 7 }), eight, (key, block) => {
        des.setKey(key, 0).encryptInto(block, 0, out, 0);
        expect(out.toString('hex')).toBe(tripleDes(withParity(key), block).toString('hex'));
      }),
    );
  });

  it('spreads 56 key bits as RFC 2433 B.2 shows', () => {
    expect(withParity(Buffer.from('FC156AF7EDCD6C', 'hex')).toString('hex')).toBe('fd0b5b5e7f6e34d9');
    expect(withParity(Buffer.from('0EDDE3337D427F', 'hex')).toString('hex')).toBe('0e6e796737ea08fe');
  });
});

/** Seven bits to an octet, the lowest bit making the number of ones odd. */
function withParity(key: Uint8Array): Buffer {
  const bits = Array.from(key, (octet) => octet.toString(2).padStart(8, '0')).join('');
  const sevens = bits.match(/.{7}/g) ?? [];
  return Buffer.from(
    sevens.map((seven) => Number.parseInt(seven + (1 - (seven.replaceAll('0', '').length % 2)), 2)),
  );
}

function tripleDes(key: Buffer, block: Uint8Array): Buffer {
  const cipher = createCipheriv('des-ede3-ecb', Buffer.concat([key, key, key]), null).setAutoPadding(false);
  return cipher.update(block);
}
