import { describe, expect, it } from 'vitest';
import type { NasId } from '../../../../src/kernel/ids.ts';
import { CODE } from '../../../../src/radius/protocol/code.ts';
import { type NasClient, NasDirectory, type Source } from '../../../../src/radius/server/nas-directory.ts';
import { matchNas, NasMatch, refuseUnsigned } from '../../../../src/radius/server/nas-match.ts';
import { nas, packet } from './factories.ts';

const named = (name: string, parts: Parameters<typeof nas>[0] = {}): NasClient =>
  nas({ id: name as NasId, name, ...parts });

function sourceAt(address: string, ...clients: readonly NasClient[]): Source {
  const directory = new NasDirectory();
  directory.replace(clients);
  const source = directory.source(address);
  if (source === undefined) throw new Error(`No NAS has the address ${address}.`);
  return source;
}

describe('the NAS behind an address', () => {
  const directory = new NasDirectory();
  directory.replace([
    named('everywhere', { address: '0.0.0.0/0' }),
    named('block', { address: '10.0.0.0/8' }),
    named('site', { address: '10.1.2.0/24' }),
    named('router', { address: '10.1.2.3' }),
    named('six', { address: '2001:db8::/32' }),
    named('six-router', { address: '2001:db8::1' }),
  ]);

  it.each([
    ['10.1.2.3', ['router', 'site', 'block', 'everywhere']],
    ['10.1.2.4', ['site', 'block', 'everywhere']],
    ['10.200.0.1', ['block', 'everywhere']],
    ['198.51.100.1', ['everywhere']],
    ['2001:db8::1', ['six-router', 'six']],
    ['2001:db8:ffff::9', ['six']],
  ])('%s may be %j, the most specific first', (address, names) => {
    expect(directory.source(address)?.candidates.map(({ name }) => name)).toEqual(names);
  });

  it.each([['2001:db9::1'], ['not an address']])('%s is nobody', (address) => {
    expect(directory.source(address)).toBeUndefined();
  });

  it('one address is one source with an index of its own, until the clients are replaced', () => {
    const first = directory.source('10.1.2.3');
    expect(directory.source('10.1.2.3')).toBe(first);
    const indexes = ['10.1.2.3', '10.1.2.4', '2001:db8::1'].map(
      (address) => directory.source(address)?.index,
    );
    expect(new Set(indexes).size).toBe(3);
    directory.replace(directory.clients);
    expect(indexes).not.toContain(directory.source('10.1.2.3')?.index);
  });
});

describe('which NAS and secret a packet belongs to', () => {
  const match = new NasMatch();

  it('of two routers on one address, NAS-Identifier decides', () => {
    const source = sourceAt(
      '192.0.2.1',
      named('a', { nasIdentifier: 'a' }),
      named('b', { nasIdentifier: 'b' }),
      named('any'),
    );
    for (const [identifier, name] of [
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'any'],
    ] as const) {
      const view = packet({ attributes: [{ name: 'NAS-Identifier', value: identifier }] });
      expect(matchNas(view, source, false, match)).toBeNull();
      expect(match.nas?.name).toBe(name);
    }
  });

  it('a lone NAS is not asked for its NAS-Identifier', () => {
    const source = sourceAt('192.0.2.1', named('a', { nasIdentifier: 'a' }));
    expect(matchNas(packet({}), source, false, match)).toBeNull();
  });

  it('a wrong secret is refused, and the lone NAS of the address is named for the note', () => {
    const source = sourceAt('192.0.2.1', named('a'));
    for (const code of [CODE.accessRequest, CODE.accountingRequest]) {
      const view = packet({ code, secret: 'another-secret-than-ours', signed: code === CODE.accessRequest });
      expect(matchNas(view, source, code === CODE.accountingRequest, match)).toBe('bad_authenticator');
      expect([match.nas?.name, match.secret]).toEqual(['a', undefined]);
    }
  });

  it('an accounting packet with a wrong Message-Authenticator is refused though its authenticator is right', () => {
    const source = sourceAt('192.0.2.1', named('a'));
    const view = packet({
      code: CODE.accountingRequest,
      signed: false,
      attributes: [{ name: 'Attr-80', value: Buffer.alloc(16, 1) }],
    });
    expect(matchNas(view, source, true, match)).toBe('bad_authenticator');
  });

  describe('during a rotation', () => {
    const old = 'the-secret-of-yesterday';
    const rotating = () =>
      sourceAt('192.0.2.1', named('a', { secret: 'the-secret-of-tomorrow', previous: old }));

    it.each([['the-secret-of-tomorrow'], [old]])('a signed request is good under %s', (used) => {
      expect(matchNas(packet({ secret: used }), rotating(), false, match)).toBeNull();
      expect(match.secret?.bytes.toString()).toBe(used);
    });

    it('an unsigned request is read with the secret that verified last, else with the current one', () => {
      const source = rotating();
      const unsigned = packet({ secret: old, signed: false });
      matchNas(unsigned, source, false, match);
      expect(match.secret?.bytes.toString()).toBe('the-secret-of-tomorrow');
      matchNas(packet({ code: CODE.accountingRequest, secret: old, signed: false }), source, true, match);
      matchNas(unsigned, source, false, match);
      expect(match.secret?.bytes.toString()).toBe(old);
    });

    it('the router is known to have the old one from before it began', () => {
      const directory = new NasDirectory();
      directory.replace([named('a', { secret: old })]);
      const before = directory.source('192.0.2.1');
      if (before === undefined) throw new Error('No NAS has the address.');
      matchNas(packet({ code: CODE.accountingRequest, secret: old, signed: false }), before, true, match);
      directory.replace([named('a', { secret: 'the-secret-of-tomorrow', previous: old })]);
      const after = directory.source('192.0.2.1');
      if (after === undefined) throw new Error('No NAS has the address.');
      matchNas(packet({ secret: old, signed: false }), after, false, match);
      expect(match.secret?.bytes.toString()).toBe(old);
    });

    it('after its end the old secret is refused', () => {
      const source = sourceAt('192.0.2.1', named('a', { secret: 'the-secret-of-tomorrow' }));
      expect(matchNas(packet({ secret: old }), source, false, match)).toBe('bad_authenticator');
    });
  });
});

describe('an unsigned Access-Request (BlastRADIUS)', () => {
  const plain = packet({ signed: false });
  const proxied = packet({ signed: false, attributes: [{ name: 'Proxy-State', value: '0x01' }] });
  const eap = packet({ signed: false, attributes: [{ name: 'EAP-Message', value: '0x02010005' }] });

  it.each([
    ['no', false, 'yes', plain, null],
    ['auto', false, 'yes', plain, null],
    ['auto', true, 'yes', plain, 'unsigned'],
    ['yes', false, 'no', plain, 'unsigned'],
    ['no', false, 'yes', proxied, 'unsigned_proxy_state'],
    ['no', false, 'no', proxied, null],
    ['no', false, 'auto', proxied, null],
    ['no', true, 'auto', proxied, 'unsigned_proxy_state'],
    ['no', false, 'no', eap, 'unsigned_eap'],
    ['yes', true, 'yes', eap, 'unsigned_eap'],
  ] as const)('with require %s (learnt: %s) and limit %s', (require, learnt, limit, view, refusal) => {
    const client = nas({
      requireMessageAuthenticator: require,
      hasLearntToSign: learnt,
      limitProxyState: limit,
    });
    expect(refuseUnsigned(view, client)).toBe(refusal);
  });
});
