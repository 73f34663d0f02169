import { expect, test } from 'vitest';
import { type StatusFacts, statusOf } from '../../../src/subscribers/services/service.ts';

const plain: StatusFacts = {
  isActivated: true,
  isCancelled: false,
  holds: [],
  expiresAtMs: undefined,
  isOverThrottle: false,
  nowMs: 1_000,
};

test.each<[string, Partial<StatusFacts>, string, string | undefined]>([
  ['an activated service without holds is active', {}, 'active', undefined],
  ['before its activation it is pending', { isActivated: false }, 'pending', undefined],
  [
    'over the allowance of a throttling plan it is throttled',
    { isOverThrottle: true },
    'throttled',
    undefined,
  ],
  ['one millisecond before its end it is active', { expiresAtMs: 1_001 }, 'active', undefined],
  ['at the end of its validity it is expired', { expiresAtMs: 1_000 }, 'expired', undefined],
  ['expired goes before throttled', { expiresAtMs: 1, isOverThrottle: true }, 'expired', undefined],
  ['an administrator suspends it', { holds: ['admin'] }, 'suspended', 'admin'],
  ['nonpayment suspends it', { holds: ['nonpayment'] }, 'suspended', 'nonpayment'],
  ['a used up allowance suspends it', { holds: ['data_cap'] }, 'suspended', 'data_cap'],
  ['the administrator is shown first', { holds: ['data_cap', 'nonpayment', 'admin'] }, 'suspended', 'admin'],
  ['nonpayment is shown before data_cap', { holds: ['data_cap', 'nonpayment'] }, 'suspended', 'nonpayment'],
  ['a hold goes before expiry', { holds: ['admin'], expiresAtMs: 1 }, 'suspended', 'admin'],
  ['a hold goes before pending', { holds: ['admin'], isActivated: false }, 'suspended', 'admin'],
  ['cancelled is final, whatever holds', { isCancelled: true, holds: ['admin'] }, 'cancelled', undefined],
])('%s', (_rule, part, status, reason) => {
  expect(statusOf({ ...plain, ...part })).toEqual({ status, reason });
});
