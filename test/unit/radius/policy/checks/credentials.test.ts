import { describe, expect, it } from 'vitest';
import { authorize } from '../../../../../src/radius/policy/authorize.ts';
import { installationPolicy } from '../../../../../src/radius/policy/installation.ts';
import type { Subject } from '../../../../../src/radius/policy/subject.ts';
import { MAC, OTHER_MAC, someFacts, someSubject } from '../factories.ts';

const POLICY = installationPolicy();
const EMPTY = Buffer.alloc(0);

function macLogin(subject: Partial<Subject>, userName = MAC) {
  return authorize(someFacts({ method: 'mac', userName }), someSubject(subject), POLICY);
}

describe('a MAC login (the address as user name, an empty password)', () => {
  it.each<[string, Partial<Subject>]>([
    ['is named by the address and has no password', { username: MAC, password: EMPTY }],
    ['is named by it in another notation', { username: 'aabb.cc00.1122', password: EMPTY }],
    ['is locked to the address and has no password', { username: 'alice', macLock: MAC, password: EMPTY }],
    ['repeats the address as its password', { username: MAC, password: Buffer.from('aa-bb-cc-00-11-22') }],
  ])('opens a service that %s', (_rule, subject) => {
    expect(macLogin(subject).outcome).toBe('accept');
  });

  it.each<[string, Partial<Subject>]>([
    ['has a password', { username: MAC, password: Buffer.from('secret') }],
    ['is locked to the address but has a password', { username: 'alice', macLock: MAC }],
    ['has another address as its password', { username: MAC, password: Buffer.from(OTHER_MAC) }],
    ['is neither named by the address nor locked to it', { username: 'alice', password: EMPTY }],
    ['is named by another address', { username: OTHER_MAC, password: EMPTY }],
    ['is locked to another address', { username: 'alice', macLock: OTHER_MAC, password: EMPTY }],
  ])('does not open a service that %s', (_rule, subject) => {
    expect(macLogin(subject)).toMatchObject({
      outcome: 'reject',
      failed: 'password',
      reason: 'wrong_password',
    });
  });

  it('opens nothing when the user name is no MAC address', () => {
    expect(macLogin({ username: 'alice', password: EMPTY }, 'alice').reason).toBe('wrong_password');
  });

  it('never asks for the credentials of the packet', () => {
    const facts = someFacts({ method: 'mac', userName: MAC }, false);
    expect(authorize(facts, someSubject({ username: MAC, password: EMPTY }), POLICY).outcome).toBe('accept');
  });

  it('is locked by its user name, whatever client id the device chose to send', () => {
    const facts = someFacts({ method: 'mac', userName: MAC, callingStationId: OTHER_MAC });
    const subject = { username: 'alice', password: EMPTY };
    expect(authorize(facts, someSubject({ ...subject, macLock: MAC }), POLICY).outcome).toBe('accept');
    const named = someSubject({ username: MAC, password: EMPTY, macLock: OTHER_MAC });
    expect(authorize(facts, named, POLICY).reason).toBe('mac_mismatch');
  });
});

describe('an empty password proved by PAP or CHAP', () => {
  it.each(['pap', 'chap', 'mschap2'] as const)('opens no service under a plain name (%s)', (method) => {
    const decision = authorize(someFacts({ method }), someSubject({ password: EMPTY }), POLICY);
    expect(decision).toMatchObject({ outcome: 'reject', reason: 'wrong_password' });
  });

  it.each(['pap', 'chap'] as const)(
    'opens a service named by the MAC address (%s of a hotspot)',
    (method) => {
      const subject = someSubject({ username: MAC, password: EMPTY });
      expect(authorize(someFacts({ method, userName: MAC }), subject, POLICY).outcome).toBe('accept');
      expect(authorize(someFacts({ method, userName: MAC }, false), subject, POLICY).outcome).toBe('reject');
    },
  );
});
