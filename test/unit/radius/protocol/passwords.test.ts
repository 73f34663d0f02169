import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chapMatches } from '../../../../src/radius/protocol/chap.ts';
import { chapPassword } from '../../../../src/radius/protocol/client-credentials.ts';
import { PacketView } from '../../../../src/radius/protocol/packet-view.ts';
import { SharedSecret } from '../../../../src/radius/protocol/secret.ts';
import { hidePassword, papMatches, revealPassword } from '../../../../src/radius/protocol/user-password.ts';
import { accessRequest, attribute } from './packets.ts';

const secret = new SharedSecret('testing123');
const view = new PacketView();
const authenticator = accessRequest().subarray(4, 20);
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

function readPap(password: Uint8Array, own = secret): void {
  expect(view.read(accessRequest(attribute(2, hidePassword(password, authenticator, own))))).toBeNull();
}

function trimmed(password: Uint8Array): Buffer {
  let size = password.length;
  while (size > 0 && password[size - 1] === 0) size--;
  return Buffer.from(password.subarray(0, size));
}

describe('PAP', () => {
  it('any password up to 128 octets comes out as it went in, embedded zeros included', () => {
    fc.assert(
      fc.property(bytes(128), bytes(80), (password, octets) => {
        const own = new SharedSecret(octets);
        readPap(password, own);
        expect(papMatches(view, own, password)).toBe(true);
        expect(revealPassword(view, own)).toEqual(trimmed(password));
      }),
    );
  });

  it('a password matches only when it is the same but for trailing zeros', () => {
    fc.assert(
      fc.property(bytes(128), bytes(140), (sent, known) => {
        readPap(sent);
        expect(papMatches(view, secret, known)).toBe(trimmed(sent).equals(trimmed(known)));
      }),
    );
  });

  it.each([
    ['a prefix', 'secret', 'secre'],
    ['a continuation', 'secret', 'secret1'],
    ['a continuation into the next block', 'sixteen octets!!', 'sixteen octets!!x'],
    ['another case', 'secret', 'Secret'],
    ['the empty password', 'secret', ''],
  ])('%s does not match', (_, sent, known) => {
    readPap(Buffer.from(sent));
    expect(papMatches(view, secret, Buffer.from(known))).toBe(false);
    readPap(Buffer.from(known));
    expect(papMatches(view, secret, Buffer.from(sent))).toBe(false);
  });

  it('an empty password is sent as sixteen octets and matches only the empty one', () => {
    readPap(Buffer.alloc(0));
    expect(view.size(2)).toBe(16);
    expect(papMatches(view, secret, Buffer.alloc(0))).toBe(true);
    expect(papMatches(view, secret, Buffer.from('x'))).toBe(false);
    expect(revealPassword(view, secret)).toEqual(Buffer.alloc(0));
  });

  it.each([[0], [15], [17], [144]])('a User-Password of %i octets matches nothing', (size) => {
    view.read(accessRequest(attribute(2, Buffer.alloc(size))));
    expect(papMatches(view, secret, Buffer.alloc(0))).toBe(false);
    expect(revealPassword(view, secret)).toBeUndefined();
  });

  it('without User-Password nothing matches', () => {
    view.read(accessRequest());
    expect(papMatches(view, secret, Buffer.alloc(0))).toBe(false);
    expect(revealPassword(view, secret)).toBeUndefined();
  });

  it('more than 128 octets cannot be hidden', () => {
    expect(() => hidePassword(Buffer.alloc(129), authenticator, secret)).toThrow(RangeError);
  });
});

describe('CHAP', () => {
  const password = Buffer.from('pw-7');

  it('answers CHAP-Challenge of any size when it is there', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(255), (challenge, ident) => {
        const response = chapPassword(ident, password, challenge);
        view.read(accessRequest(attribute(60, challenge), attribute(3, response)));
        expect(chapMatches(view, password)).toBe(true);
        expect(chapMatches(view, Buffer.from('pw-8'))).toBe(false);
      }),
    );
  });

  it('answers the Request Authenticator when there is no CHAP-Challenge', () => {
    view.read(accessRequest(attribute(3, chapPassword(1, password, authenticator))));
    expect(chapMatches(view, password)).toBe(true);
  });

  it('a response to the authenticator does not answer a CHAP-Challenge', () => {
    const response = chapPassword(1, password, authenticator);
    view.read(accessRequest(attribute(60, Buffer.alloc(16)), attribute(3, response)));
    expect(chapMatches(view, password)).toBe(false);
  });

  it('an empty challenge, a missing or an ill-sized response match nothing', () => {
    const empty = chapPassword(1, password, Buffer.alloc(0));
    for (const attributes of [
      [attribute(60, ''), attribute(3, empty)],
      [],
      [attribute(3, Buffer.alloc(16))],
    ]) {
      view.read(accessRequest(...attributes));
      expect(chapMatches(view, password)).toBe(false);
    }
  });
});
