import { describe, expect, it } from 'vitest';
import {
  type MassChangeResult,
  type PollingResult,
  type ReconcileResult,
  type RoutersResult,
  routersFaults,
  routersLines,
  routersSpeeds,
} from '../../../../src/bench/report/routers.ts';

const polling: PollingResult = {
  routers: 200,
  intervalS: 10,
  seconds: 40,
  answered: 200,
  looks: 800,
  failed: 0,
  longestGapS: 11.4,
  workerShare: 0.08,
  databaseShare: 0.03,
};
const reconcile: ReconcileResult = { sessions: 20_000, known: 20_000, compared: 20_000, orders: 0, ms: 900 };
const taken = { coa: 1_000, disconnects: 0, busiestSecond: 151, routers: 4 };
const massChange: MassChangeResult = {
  sessions: 1_000,
  routers: 4,
  perSecondMax: 150,
  ms: 2_400,
  cpuMs: { worker: 1.5, radius: 2.5, database: null },
  acknowledged: 1_000,
  otherOrders: 0,
  taken,
  atNewRate: 1_000,
};
const good: RoutersResult = { polling, reconcile, massChange };

describe('routers', () => {
  it('are as they have to be', () => {
    expect(routersFaults(good).map(({ isMet }) => isMet)).toEqual([true, true, true]);
    expect(routersSpeeds(good).map(({ isMet }) => isMet)).toEqual([true, true, true]);
    expect(routersLines(good)).toHaveLength(3);
  });

  it.each<{ name: string; result: RoutersResult; unmet: number }>([
    {
      name: 'a router nobody looked at',
      result: { ...good, polling: { ...polling, answered: 199 } },
      unmet: 0,
    },
    { name: 'a look that failed', result: { ...good, polling: { ...polling, failed: 1 } }, unmet: 0 },
    { name: 'an order without need', result: { ...good, reconcile: { ...reconcile, orders: 1 } }, unmet: 1 },
    { name: 'a login nobody saw', result: { ...good, reconcile: { ...reconcile, known: 19_999 } }, unmet: 1 },
    { name: 'an old rate', result: { ...good, massChange: { ...massChange, atNewRate: 999 } }, unmet: 2 },
    {
      name: 'a Disconnect',
      result: { ...good, massChange: { ...massChange, taken: { ...taken, disconnects: 1 } } },
      unmet: 2,
    },
    {
      name: 'a second CoA',
      result: { ...good, massChange: { ...massChange, taken: { ...taken, coa: 1_001 } } },
      unmet: 2,
    },
  ])('$name is a fault', ({ result, unmet }) => {
    expect(routersFaults(result).map(({ isMet }) => isMet)).toEqual(
      [0, 1, 2].map((index) => index !== unmet),
    );
  });

  it.each<{ name: string; result: RoutersResult; unmet: number }>([
    { name: 'processor time', result: { ...good, polling: { ...polling, workerShare: 0.15 } }, unmet: 0 },
    { name: 'a look left out', result: { ...good, polling: { ...polling, longestGapS: 20 } }, unmet: 0 },
    { name: 'a slow mass change', result: { ...good, massChange: { ...massChange, ms: 10_001 } }, unmet: 1 },
    {
      name: 'a storm for one router',
      result: { ...good, massChange: { ...massChange, taken: { ...taken, busiestSecond: 200 } } },
      unmet: 1,
    },
    { name: 'a slow reconcile', result: { ...good, reconcile: { ...reconcile, ms: 10_001 } }, unmet: 2 },
  ])('$name misses a speed', ({ result, unmet }) => {
    expect(routersSpeeds(result).map(({ isMet }) => isMet)).toEqual(
      [0, 1, 2].map((index) => index !== unmet),
    );
  });

  it('reconcile is judged at its full size only', () => {
    expect(routersSpeeds({ ...good, reconcile: { ...reconcile, sessions: 400 } })).toHaveLength(2);
  });
});
