import { describe, expect, it } from 'vitest';
import { authorize } from '../../../../src/radius/policy/authorize.ts';
import type { AccessFacts } from '../../../../src/radius/policy/facts.ts';
import { type InstallationPolicy, installationPolicy } from '../../../../src/radius/policy/installation.ts';
import type { Subject } from '../../../../src/radius/policy/subject.ts';
import { NOW_MS, someFacts, someReplies, someSubject } from './factories.ts';

const WALLING = installationPolicy({ onSuspended: 'walled', onExpired: 'walled', onDataCap: 'walled' });
const REJECTING = installationPolicy();

interface Case {
  readonly facts?: Partial<AccessFacts>;
  readonly subject?: Partial<Subject>;
  readonly policy?: InstallationPolicy;
}

function decide({ facts, subject, policy }: Case) {
  return authorize(someFacts(facts), someSubject(subject), policy ?? REJECTING);
}

describe('Session-Timeout', () => {
  const minute = 60_000;
  it.each<[string, number, Case]>([
    ['is absent when nothing limits the session', 0, {}],
    ['is the plan timeout', 3_600, { subject: { replies: someReplies(3_600) } }],
    [
      'is the time left when that is shorter (Q3)',
      60,
      { subject: { replies: someReplies(3_600), expiresAtMs: NOW_MS + minute } },
    ],
    [
      'is the plan timeout when that is shorter',
      30,
      { subject: { replies: someReplies(30), expiresAtMs: NOW_MS + minute } },
    ],
    ['is rounded up to a whole second', 1, { subject: { expiresAtMs: NOW_MS + 1 } }],
    ['of 60.001 s left is 61 s', 61, { subject: { expiresAtMs: NOW_MS + minute + 1 } }],
    [
      'is never longer than RouterOS takes',
      21_474_720,
      { subject: { expiresAtMs: NOW_MS + 400 * 86_400_000 } },
    ],
    ['of a plan is capped as well', 21_474_720, { subject: { replies: someReplies(4_000_000_000) } }],
    ['behind the wall is short', 300, { subject: { state: 'suspended' }, policy: WALLING }],
    [
      'behind the wall after the expiry is the wall timeout',
      300,
      { subject: { expiresAtMs: 1 }, policy: WALLING },
    ],
    [
      'behind the wall is the plan timeout when that is shorter',
      20,
      { subject: { state: 'suspended', replies: someReplies(20) }, policy: WALLING },
    ],
    [
      'behind a wall without a timeout is absent',
      0,
      {
        subject: { state: 'suspended' },
        policy: installationPolicy({ ...WALLING, walledSessionTimeoutS: 0 }),
      },
    ],
  ])('%s', (_rule, seconds, given) => {
    expect(decide(given).sessionTimeoutS).toBe(seconds);
  });
});
