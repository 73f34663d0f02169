import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { biographyOf, formerBiographyOf, YEAR_DAYS } from '../../../src/demo/biography.ts';
import { DEMO_PLANS } from '../../../src/demo/catalog.ts';
import { demoSubscribers, formerSubscribers } from '../../../src/demo/people.ts';

const subscribers = demoSubscribers();
const former = formerSubscribers();
const codes = DEMO_PLANS.map(({ plan }) => plan.code);

it.each(['2026-11-25', '2026-03-01', '2028-02-29', '2026-12-31'])(
  'every life fits into the year before %s',
  (date) => {
    const today = Temporal.PlainDate.from(date);
    for (const [index, subscriber] of subscribers.entries()) {
      const life = biographyOf(subscriber, index, today);
      expect(life.joinedDaysAgo).toBeGreaterThan(5);
      expect(life.joinedDaysAgo).toBeLessThanOrEqual(YEAR_DAYS);
      expect(codes).toContain(life.firstPlanCode);
      if (life.changedDaysAgo === undefined) expect(life.firstPlanCode).toBe(subscriber.planCode);
      else expect(life.changedDaysAgo).toBeLessThan(life.joinedDaysAgo);
    }
  },
);

it('those who left joined before that, and are none of those who stayed', () => {
  for (const [index, subscriber] of former.entries()) {
    const { joinedDaysAgo, leaving } = formerBiographyOf(subscriber, 300 + index);
    expect(leaving?.daysAgo).toBeLessThan(joinedDaysAgo);
  }
  const names = [...subscribers, ...former].map(({ username }) => username);
  expect(new Set(names).size).toBe(names.length);
  const macs = [...subscribers, ...former].map(({ mac }) => mac);
  expect(new Set(macs).size).toBe(macs.length);
});
