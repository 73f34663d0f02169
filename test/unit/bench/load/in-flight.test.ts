import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InFlight } from '../../../../src/bench/load/in-flight.ts';

it('identifiers rest as long as possible: the one given back first is used first', () => {
  const slots = new InFlight(3);
  expect([slots.take(), slots.take(), slots.take(), slots.take()]).toEqual([0, 1, 2, -1]);
  slots.release(1);
  slots.release(0);
  expect([slots.take(), slots.take()]).toEqual([1, 0]);
});

it('the oldest is the one sent longest ago, a retransmission counts as sent', () => {
  const slots = new InFlight(3);
  for (let i = 0; i < 3; i += 1) slots.take();
  slots.renew(0);
  expect(slots.oldest).toBe(1);
  slots.release(1);
  expect(slots.oldest).toBe(2);
});

it('behaves as a plain list of what is free and a plain list of what waits', () => {
  const action = fc.constantFrom('take', 'release', 'renew');
  fc.assert(
    fc.property(fc.array(fc.tuple(action, fc.nat()), { maxLength: 200 }), (actions) => {
      const slots = new InFlight(4);
      const free = [0, 1, 2, 3];
      let waiting: number[] = [];
      for (const [what, pick] of actions) {
        if (what === 'take') {
          const slot = free.shift() ?? -1;
          expect(slots.take()).toBe(slot);
          if (slot >= 0) waiting.push(slot);
        } else if (waiting.length > 0) {
          const slot = waiting[pick % waiting.length] ?? 0;
          waiting = waiting.filter((one) => one !== slot);
          if (what === 'release') {
            slots.release(slot);
            free.push(slot);
          } else {
            slots.renew(slot);
            waiting.push(slot);
          }
        }
        expect(slots.oldest).toBe(waiting[0] ?? -1);
        expect(slots.count).toBe(waiting.length);
        expect(slots.hasFree).toBe(free.length > 0);
      }
    }),
  );
});
