import { expect, it } from 'vitest';
import { ACCOUNTING_QUEUE_READY_MAX, readinessOf } from '../../../src/reports/readiness.ts';

const role = (name: string, accounting_queue?: number) => ({ role: name, counters: { accounting_queue } });
const most = ACCOUNTING_QUEUE_READY_MAX;

it.each([
  ['no role at all', [], 'radius_not_seen'],
  ['a worker alone', [role('worker')], 'radius_not_seen'],
  ['a RADIUS role', [role('radius', 0)], undefined],
  ['a RADIUS role as far behind as may be', [role('radius', most)], undefined],
  ['a RADIUS role behind', [role('radius', most + 1)], 'accounting_behind'],
  ['two of which one is behind', [role('radius', most + 1), role('radius', 3)], undefined],
  ['two that are behind', [role('radius', most + 1), role('radius', most + 2)], 'accounting_behind'],
  ['a RADIUS role that says nothing of it', [role('radius')], undefined],
])('with %s', (_, roles, reason) => {
  const { isReady, reasons } = readinessOf(roles);
  expect([isReady, reasons[0]?.code]).toEqual([reason === undefined, reason]);
});
