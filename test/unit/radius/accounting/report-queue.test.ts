import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ReportQueue } from '../../../../src/radius/accounting/report-queue.ts';

it('gives back what came first, and what was put back before that', () => {
  const queue = new ReportQueue<number>();
  for (const n of [1, 2, 3]) queue.push(n);
  expect(queue.shift()).toBe(1);
  queue.unshift([8, 9]);
  expect([queue.peek(), queue.length]).toEqual([8, 4]);
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([
    8,
    9,
    2,
    3,
    undefined,
  ]);
});

it('behaves like an array, however it grows', () => {
  const step = fc.oneof(
    fc.record({ does: fc.constant('push' as const), count: fc.nat(1_500) }),
    fc.record({ does: fc.constant('shift' as const), count: fc.nat(1_500) }),
    fc.record({ does: fc.constant('unshift' as const), count: fc.nat(300) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const queue = new ReportQueue<number>();
      const array: number[] = [];
      let next = 0;
      for (const { does, count } of steps) {
        const items = Array.from({ length: count }, () => next++);
        if (does === 'push') for (const item of items) queue.push(item);
        if (does === 'push') array.push(...items);
        if (does === 'unshift') queue.unshift(items);
        if (does === 'unshift') array.unshift(...items);
        if (does === 'shift') for (const _ of items) expect(queue.shift()).toBe(array.shift());
        expect([queue.length, queue.peek()]).toEqual([array.length, array[0]]);
      }
    }),
    { numRuns: 50 },
  );
});
