import { describe, expect, it } from 'vitest';
import { DEMO_PLANS, DEMO_ROUTERS } from '../../../src/demo/catalog.ts';
import { demoSubscribers } from '../../../src/demo/people.ts';
import { checkPlan } from '../../../src/subscribers/catalog/plan.ts';

const subscribers = demoSubscribers();
const distinct = <Value>(values: readonly Value[]): number => new Set(values).size;

describe('the demo ISP', () => {
  it('has 300 subscribers, no two with one user name, customer, MAC or address', () => {
    expect(subscribers).toHaveLength(300);
    expect(distinct(subscribers.map((one) => one.username))).toBe(300);
    expect(distinct(subscribers.map((one) => one.customerName))).toBe(300);
    expect(distinct(subscribers.map((one) => one.mac))).toBe(300);
    const fixed = subscribers.flatMap((one) => one.framedIp ?? []);
    expect(distinct(fixed)).toBe(fixed.length);
  });

  it('is the same in every demo', () => {
    expect(demoSubscribers()).toEqual(subscribers);
  });

  it.each(['unpaid', 'suspended', 'expired', 'capped', 'throttled'])('has somebody who is %s', (fate) => {
    expect(subscribers.some((one) => one.fate === fate)).toBe(true);
  });

  it('spreads them over all routers and login methods', () => {
    for (const index of DEMO_ROUTERS.keys()) {
      expect(subscribers.filter((one) => one.router === index).length).toBeGreaterThan(90);
    }
    expect(new Set(subscribers.map((one) => one.method))).toEqual(
      new Set(['pap', 'chap', 'mschapv1', 'mschapv2']),
    );
  });

  it.each(DEMO_PLANS.map(({ plan }) => [plan.code, plan] as const))(
    'sells %s, which the rules allow',
    (_, plan) => {
      expect(checkPlan(plan, () => undefined)).toMatchObject({ rateLimit: plan.rateLimit });
    },
  );

  it('stays on this machine', () => {
    for (const { address } of DEMO_ROUTERS) expect(address).toMatch(/^127\./);
  });
});
