import { expect, test } from 'vitest';
import { startWorkPool } from '../../../../src/platform/events/work-pool.service.ts';

interface Item {
  readonly key: string;
  readonly end: () => void;
  readonly done: Promise<void>;
}

function item(key: string): Item {
  let end = (): void => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { key, end, done };
}

async function eventually(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo() && tries < 1_000; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 2));
  expect(isSo()).toBe(true);
}

test('what is slow holds one place, and the others go on', async () => {
  const slow = item('slow');
  const quick = Array.from({ length: 20 }, () => item('quick'));
  const left = [slow, ...quick];
  const ended: string[] = [];
  let mostAtOnce = 0;
  let atOnce = 0;
  const pool = startWorkPool<Item>({
    pollMs: 60_000,
    places: 3,
    take: async (free) => left.splice(0, free),
    keyOf: ({ key }) => key,
    work: async (one) => {
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      if (one.key === 'quick') one.end();
      await one.done;
      atOnce -= 1;
      ended.push(one.key);
    },
    onError: () => {},
    stopGraceMs: 1_000,
  });
  await eventually(() => ended.length === 20);
  expect(ended).not.toContain('slow');
  expect(mostAtOnce).toBe(3);
  slow.end();
  await pool.stop();
  expect(ended).toContain('slow');
});

test('a claim is told what is under way, and a failed item gives its place back', async () => {
  const told: (readonly [string, number][])[] = [];
  const errors: unknown[] = [];
  const held = item('router-1');
  const left = [held, item('router-2')];
  const pool = startWorkPool<Item>({
    pollMs: 60_000,
    places: 2,
    take: async (free, busy) => {
      told.push([...busy]);
      return left.splice(0, Math.min(free, 1));
    },
    keyOf: ({ key }) => key,
    work: async (one) => {
      if (one.key === 'router-2') throw new Error('no answer');
      await one.done;
    },
    onError: (error) => errors.push(error),
    stopGraceMs: 1_000,
  });
  await eventually(() => told.length > 0 && left.length === 1);
  pool.wake();
  await eventually(() => errors.length === 1);
  expect(told[1]).toEqual([['router-1', 1]]);
  await eventually(() => told.length >= 3);
  expect(told[2]).toEqual([['router-1', 1]]);
  held.end();
  await pool.stop();
});

test('a stop does not wait for ever', async () => {
  const held = item('silent');
  const left = [held];
  const pool = startWorkPool<Item>({
    pollMs: 60_000,
    places: 1,
    take: async (free) => left.splice(0, free),
    keyOf: ({ key }) => key,
    work: ({ done }) => done,
    onError: () => {},
    stopGraceMs: 20,
  });
  await eventually(() => left.length === 0);
  await pool.stop();
  held.end();
});
