import { expect, it } from 'vitest';
import { sessionAttributes } from '../../../../src/radius/dynauth/session-attributes.ts';

it('a session is named verbatim', () => {
  const session = { userName: 'Alice@ISP ', acctSessionId: '81000001', framedIpAddress: '10.0.0.9' };
  expect(sessionAttributes(session)).toEqual([
    { name: 'User-Name', value: 'Alice@ISP ' },
    { name: 'Acct-Session-Id', value: '81000001' },
    { name: 'Framed-IP-Address', value: '10.0.0.9' },
  ]);
});

it('by nothing that is not known, for no attribute may be empty (RFC 2865 section 5)', () => {
  const session = { userName: '', acctSessionId: '1', framedIpAddress: undefined };
  expect(sessionAttributes(session)).toEqual([{ name: 'Acct-Session-Id', value: '1' }]);
});
