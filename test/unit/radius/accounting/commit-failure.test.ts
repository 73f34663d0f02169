import { expect, it } from 'vitest';
import { commitFailure } from '../../../../src/radius/accounting/commit-failure.ts';

it.each([
  ['a row another host wrote', '22012', 'stale'],
  ['a transaction that cannot be serialised', '40001', 'stale'],
  ['a day another host opened', '23505', 'stale'],
  ['a deadlock', '40P01', 'stale'],
  ['text the database will not take', '22021', 'refused'],
  ['a number too large', '22003', 'refused'],
  ['a broken check', '23514', 'refused'],
  ['a bug of ours', '', 'refused'],
  ['a standby that took over', '25006', 'database_down'],
  ['a full disk', '53100', 'database_down'],
  ['a lock not to be had', '55P03', 'database_down'],
  ['a cancelled statement', '57014', 'database_down'],
  ['a failed read', '58030', 'database_down'],
  ['a corrupt page', 'XX001', 'database_down'],
])('%s (%s) is %s', (_, code, failure) => {
  expect(commitFailure(Object.assign(new Error('x'), code === '' ? {} : { code }), false)).toBe(failure);
});

it.each([[new Error('gone')], [undefined], ['text']])(
  'whatever it is, a lost connection is the database being away: %s',
  (error) => {
    expect(commitFailure(error, true)).toBe('database_down');
  },
);
