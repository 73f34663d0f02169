import { describe, expect, it } from 'vitest';
import { CODE, codeName } from '../../../../src/radius/protocol/code.ts';
import {
  buildReply,
  buildRequest,
  decodeAttributes,
  decodePacket,
  encodeAttributes,
} from '../../../../src/radius/protocol/codec.ts';
import { SharedSecret } from '../../../../src/radius/protocol/secret.ts';
import { accessRequest, attribute, vendorAttribute } from './packets.ts';

const secret = new SharedSecret('testing123');
const alice = [{ name: 'User-Name', value: 'alice' }];

function names(packet: Buffer): string[] {
  return decodeAttributes(packet).map((found) => found.name);
}

describe('encodeAttributes', () => {
  it('says which name it does not know', () => {
    const encoded = encodeAttributes([...alice, { name: 'User-Nane', value: 'x' }]);
    expect(encoded).toEqual({
      ok: false,
      error: "'User-Nane' is not a RADIUS attribute of our dictionaries.",
    });
  });

  it('hands on what a value may be', () => {
    const encoded = encodeAttributes([{ name: 'Framed-IP-Address', value: 'x' }]);
    expect(encoded).toMatchObject({ ok: false, error: expect.stringContaining('IPv4') });
  });

  it('gives each vendor attribute a VSA of its own', () => {
    const encoded = encodeAttributes([
      { name: 'Mikrotik-Group', value: 'gold' },
      { name: 'Mikrotik-Rate-Limit', value: '1M/2M' },
    ]);
    const wanted = [vendorAttribute(14988, [3, 'gold']), vendorAttribute(14988, [8, '1M/2M'])];
    expect(encoded).toEqual({ ok: true, value: Buffer.concat(wanted) });
  });
});

describe('decodeAttributes', () => {
  it('tells vendor attributes from standard ones and keeps their octets', () => {
    const [name, rate] = decodeAttributes(
      accessRequest(attribute(1, 'a'), vendorAttribute(14988, [8, '1M'])),
    );
    expect(name).toEqual({ name: 'User-Name', value: 'a', octets: Buffer.from('a') });
    expect(rate).toEqual({
      name: 'Mikrotik-Rate-Limit',
      value: '1M',
      vendor: 14988,
      octets: Buffer.from('1M'),
    });
  });

  it('gives what came before a broken attribute', () => {
    const packet = accessRequest(attribute(1, 'a'), Buffer.of(4, 9, 1));
    expect(names(packet)).toEqual(['User-Name']);
    expect(decodePacket(packet)).toEqual({ ok: false, error: 'attribute_length' });
  });
});

describe('buildRequest', () => {
  const common = { code: CODE.accessRequest, id: 3, attributes: alice, secret, messageAuthenticator: true };

  it('draws a new authenticator for each Access-Request unless one is given', () => {
    const [first, second] = [buildRequest(common), buildRequest(common)];
    const given = buildRequest({ ...common, authenticator: Buffer.alloc(16, 7) });
    expect(first.ok && second.ok && first.value.equals(second.value)).toBe(false);
    expect(given.ok && given.value.toString('hex', 4, 20)).toBe('07'.repeat(16));
  });

  it('puts the signature first and the hidden password after User-Name', () => {
    const attributes = [...alice, { name: 'NAS-Port', value: 1 }];
    const built = buildRequest({ ...common, attributes, userPassword: 'secret' });
    const order = ['Message-Authenticator', 'User-Name', 'User-Password', 'NAS-Port'];
    expect(built.ok && names(built.value)).toEqual(order);
  });

  it('gives keyed requests the same octets each time, as retransmission needs', () => {
    const build = () => buildRequest({ ...common, code: CODE.coaRequest });
    expect(build()).toEqual(build());
  });

  it.each([
    ['a reply code', { code: CODE.accessAccept }, '2 is not the code of a request.'],
    [
      'a password that is too long',
      { userPassword: 'x'.repeat(129) },
      'User-Password holds at most 128 octets, not 129.',
    ],
    [
      'a signature of the caller',
      { attributes: [{ name: 'Message-Authenticator', value: '0x00' }] },
      'Message-Authenticator is computed: ask for it with messageAuthenticator.',
    ],
    [
      'too much',
      { attributes: Array.from({ length: 17 }, () => ({ name: 'Reply-Message', value: 'x'.repeat(253) })) },
      'A packet of 4373 octets exceeds 4096.',
    ],
  ])('refuses %s with a sentence', (_, change, error) => {
    expect(buildRequest({ ...common, ...change })).toEqual({ ok: false, error });
  });
});

describe('buildReply', () => {
  it('carries id and Proxy-State of the request', () => {
    const request = accessRequest(attribute(33, [1]), attribute(33, [2]));
    const built = buildReply({ code: CODE.accessReject, request, attributes: [], secret });
    expect(built.ok && built.value[1]).toBe(1);
    expect(built.ok && names(built.value)).toEqual(['Message-Authenticator', 'Proxy-State', 'Proxy-State']);
  });

  it('refuses what is no request, what it cannot encode and what does not fit', () => {
    const request = accessRequest(attribute(1, 'a'));
    const long = Array.from({ length: 17 }, () => ({ name: 'Reply-Message', value: 'x'.repeat(253) }));
    const build = (to: Buffer, attributes: { name: string; value: string }[]) =>
      buildReply({ code: 2, request: to, attributes, secret });
    expect(build(Buffer.alloc(4), [])).toMatchObject({ ok: false, error: expect.stringContaining('short') });
    expect(build(request, [{ name: 'x', value: 'y' }]).ok).toBe(false);
    expect(build(request, long)).toMatchObject({ ok: false, error: expect.stringContaining('exceeds 4096') });
  });
});

describe('codeName', () => {
  it('names the codes we speak and numbers the others', () => {
    expect(
      Object.values(CODE)
        .map(codeName)
        .filter((name) => name.startsWith('Code-')),
    ).toEqual([]);
    expect([codeName(2), codeName(42), codeName(99)]).toEqual(['Access-Accept', 'Disconnect-NAK', 'Code-99']);
  });
});
