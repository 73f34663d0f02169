import { describe, expect, it } from 'vitest';
import { CODE } from '../../../../src/radius/protocol/code.ts';
import { type AttributeInput, encodeAttributes } from '../../../../src/radius/protocol/codec.ts';
import { shadowAnswer } from '../../../../src/radius/shadow/answer.ts';
import { compareLogin } from '../../../../src/radius/shadow/comparison.ts';

function packet(code: number, attributes: readonly AttributeInput[] = []): Buffer {
  const encoded = encodeAttributes(attributes);
  if (!encoded.ok) throw new Error(encoded.error);
  const whole = Buffer.concat([Buffer.of(code, 1, 0, 0), Buffer.alloc(16), encoded.value]);
  whole.writeUInt16BE(whole.length, 2);
  return whole;
}

const accept = (attributes: Record<string, string>) =>
  packet(
    CODE.accessAccept,
    Object.entries(attributes).map(([name, value]) => ({ name, value })),
  );
const reject = (reason: string) => packet(CODE.accessReject, [{ name: 'Reply-Message', value: reason }]);
const login = { nasId: '1', username: 'ann', atMs: 0 };

const compare = (ours: Buffer, theirs: Buffer | undefined, isWalled = false) =>
  compareLogin(login, shadowAnswer(ours, isWalled), theirs && shadowAnswer(theirs));

describe('two answers to a login', () => {
  it.each([
    [
      'the same rate written otherwise',
      { 'Mikrotik-Rate-Limit': '5M/20M' },
      { 'Mikrotik-Rate-Limit': '5000k/20000000' },
    ],
    [
      'a rate in the words of WISPr',
      { 'Mikrotik-Rate-Limit': '1M/4M' },
      { 'WISPr-Bandwidth-Max-Up': '1000000', 'WISPr-Bandwidth-Max-Down': '4000000' },
    ],
    [
      'an address that says: of the pool',
      { 'Framed-Pool': 'a' },
      { 'Framed-Pool': 'a', 'Framed-IP-Address': '255.255.255.254' },
    ],
    ['what only one server says of itself', { 'Acct-Interim-Interval': '300' }, { 'Session-Timeout': '99' }],
  ])('are alike in %s', (_, ours, theirs) => {
    expect(compare(accept(ours), accept(theirs))).toMatchObject({ outcome: 'same', differences: [] });
  });

  it.each([
    ['rate', { 'Mikrotik-Rate-Limit': '5M/20M' }, { 'Mikrotik-Rate-Limit': '20M/5M' }],
    ['pool', { 'Framed-Pool': 'a' }, { 'Framed-Pool': 'b' }],
    ['address', { 'Framed-IP-Address': '10.0.0.1' }, {}],
    ['address_list', {}, { 'Mikrotik-Address-List': 'vip' }],
    ['profile', {}, { 'Mikrotik-Group': 'gold' }],
  ])('differ in %s', (what, ours, theirs) => {
    expect(compare(accept(ours), accept(theirs))).toMatchObject({
      outcome: 'different',
      differences: [what],
    });
  });

  it('differ when one lets in whom the other refuses, or walls', () => {
    expect(compare(reject('unknown'), accept({}))).toMatchObject({
      outcome: 'different',
      differences: ['outcome'],
    });
    expect(compare(accept({}), reject('no'))).toMatchObject({
      outcome: 'different',
      differences: ['outcome'],
    });
    expect(compare(accept({}), accept({}), true)).toMatchObject({ differences: ['outcome'] });
  });

  it('that both refuse are no difference and are not kept', () => {
    expect(compare(reject('unknown user'), reject('wrong password'))).toBeUndefined();
  });

  it('one of which never came are told as silence, for those we would let in', () => {
    expect(compare(accept({}), undefined)).toMatchObject({ outcome: 'silent' });
    expect(compare(reject('unknown'), undefined)).toBeUndefined();
  });
});
