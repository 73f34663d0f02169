import { fileURLToPath } from 'node:url';
import radius from 'radius';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildReply,
  buildRequest,
  decodeAttributes,
  verifyReply,
} from '../../../../src/radius/protocol/codec.ts';
import { PacketView } from '../../../../src/radius/protocol/packet-view.ts';
import {
  checkMessageAuthenticator,
  hasValidRequestAuthenticator,
} from '../../../../src/radius/protocol/request-check.ts';
import { SharedSecret } from '../../../../src/radius/protocol/secret.ts';
import { SLOT } from '../../../../src/radius/protocol/slots.ts';
import { papMatches } from '../../../../src/radius/protocol/user-password.ts';

const text = 'testing123';
const secret = new SharedSecret(text);
const view = new PacketView();
const password = 'a password of more than sixteen octets';

function ours(code: number, messageAuthenticator: boolean, userPassword?: string): Buffer {
  const attributes = [
    { name: 'User-Name', value: 'alice' },
    { name: 'NAS-IP-Address', value: '192.0.2.1' },
    { name: 'NAS-Port', value: 2148532244 },
    { name: 'Acct-Session-Id', value: '81000001' },
    { name: 'Mikrotik-Host-IP', value: '10.0.0.1' },
  ];
  const built = buildRequest({
    code,
    id: 5,
    attributes,
    secret,
    messageAuthenticator,
    ...(userPassword !== undefined && { userPassword }),
  });
  if (!built.ok) throw new Error(built.error);
  return built.value;
}

function theirs(code: string, isSigned: boolean): Buffer {
  const mikrotik = ['Vendor-Specific', 14988, [['Mikrotik-Realm', 'isp']]];
  const attributes = [['User-Name', 'alice'], ['NAS-Port', 7], mikrotik];
  const withPassword = code === 'Access-Request' ? [...attributes, ['User-Password', password]] : attributes;
  return radius.encode({
    code,
    secret: text,
    identifier: 6,
    attributes: withPassword,
    add_message_authenticator: isSigned,
  });
}

// The package is an independent peer only where it is right: it signs CoA, Disconnect and Accounting wrongly, and
// compares signatures as text. Those cases are covered by the vectors.
describe('the npm package radius as a peer', () => {
  beforeAll(() => {
    radius.add_dictionary(
      fileURLToPath(new URL('../../../../dictionaries/dictionary.mikrotik', import.meta.url)),
    );
  });
  afterAll(() => radius.unload_dictionaries());

  it('reads our signed Access-Request and its password', () => {
    const decoded = radius.decode({ packet: ours(1, true, password), secret: text });
    expect(decoded).toMatchObject({ code: 'Access-Request', identifier: 5 });
    expect(decoded.attributes).toMatchObject({
      'User-Name': 'alice',
      'User-Password': password,
      'NAS-IP-Address': '192.0.2.1',
      'NAS-Port': 2148532244,
      'Vendor-Specific': { 'Mikrotik-Host-IP': '10.0.0.1' },
    });
  });

  it.each([
    ['Accounting-Request', 4],
    ['Disconnect-Request', 40],
    ['CoA-Request', 43],
  ])('accepts the authenticator of our unsigned %s', (name, code) => {
    const decoded = radius.decode({ packet: ours(code, false), secret: text });
    expect(decoded.code).toBe(name);
    expect(() => radius.decode({ packet: ours(code, false), secret: 'other' })).toThrow();
  });

  it('sends an Access-Request that we read and believe', () => {
    expect(view.read(theirs('Access-Request', true))).toBeNull();
    expect(checkMessageAuthenticator(view, secret)).toBe('valid');
    expect(papMatches(view, secret, Buffer.from(password))).toBe(true);
    expect(view.text(SLOT.mikrotikRealm)).toBe('isp');
  });

  it.each(['Accounting-Request', 'Disconnect-Request', 'CoA-Request'])(
    'sends an %s that we believe',
    (code) => {
      expect(view.read(theirs(code, false))).toBeNull();
      expect(hasValidRequestAuthenticator(view, secret)).toBe(true);
      expect(view.uint32(SLOT.nasPort, 0)).toBe(7);
    },
  );

  it('believes our replies, and we believe its', () => {
    const request = theirs('Access-Request', true);
    const attributes = [
      { name: 'Framed-IP-Address', value: '10.0.0.9' },
      { name: 'Mikrotik-Rate-Limit', value: '5M/20M' },
    ];
    const reply = buildReply({ code: 2, request, attributes, secret });
    expect(reply.ok && radius.verify_response({ request, response: reply.value, secret: text })).toBe(true);

    const own = ours(1, true, password);
    const packet = radius.decode({ packet: own, secret: text });
    const answer = radius.encode_response({
      packet,
      code: 'Access-Reject',
      secret: text,
      attributes: [['Reply-Message', 'no']],
    });
    expect(verifyReply(answer, own, secret, { requireMessageAuthenticator: true })).toBeNull();
    expect(decodeAttributes(answer)[0]).toMatchObject({ name: 'Reply-Message', value: 'no' });
  });
});
