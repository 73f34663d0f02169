import { expect, it } from 'vitest';
import { loginMethod } from '../../../../src/radius/auth/login-method.ts';
import type { AttributeInput } from '../../../../src/radius/protocol/codec.ts';
import { SharedSecret } from '../../../../src/radius/protocol/secret.ts';
import { packet, secret } from '../server/factories.ts';

const shared = new SharedSecret(secret);
const mac = 'AA:BB:CC:00:00:01';

function methodOf(
  userName: string,
  request: { userPassword?: string; attributes?: AttributeInput[] },
): string {
  const attributes = [{ name: 'User-Name', value: userName }, ...(request.attributes ?? [])];
  return loginMethod(packet({ ...request, attributes }), shared, userName);
}

it.each([
  ['a password', 'alice', 'secret', 'pap'],
  ['an empty password', 'alice', '', 'pap'],
  ['a MAC address with an empty password', mac, '', 'mac'],
  ['a MAC address with the single space RouterOS sends for none', mac, ' ', 'mac'],
  ['a MAC address with a password', mac, 'secret', 'pap'],
  ['a MAC address without separators', 'aabbcc000001', '', 'mac'],
  ['a DHCP client id', '1:aa:bb:cc:0:0:1', '', 'mac'],
  ['a MAC address with a long password', mac, 'x'.repeat(40), 'pap'],
])('%s is %s over %s: %s', (_, userName, userPassword, method) => {
  expect(methodOf(userName, { userPassword })).toBe(method);
});

it.each([
  ['CHAP-Password', 17, 'chap'],
  ['MS-CHAP2-Response', 50, 'mschap2'],
  ['MS-CHAP-Response', 50, 'mschap1'],
  ['EAP-Message', 5, 'eap'],
])('%s means %3$s', (name, size, method) => {
  expect(methodOf('alice', { attributes: [{ name, value: Buffer.alloc(size) }] })).toBe(method);
});

it('without anything a user name proves nothing, unless it is a MAC address', () => {
  expect(methodOf('alice', {})).toBe('none');
  expect(methodOf(mac, {})).toBe('mac');
});

it('User-Password wins over whatever else the packet carries', () => {
  const attributes = [{ name: 'EAP-Message', value: Buffer.alloc(5) }];
  expect(methodOf('alice', { userPassword: 'secret', attributes })).toBe('pap');
});
