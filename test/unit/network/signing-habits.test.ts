import { expect, it } from 'vitest';
import { SigningHabits } from '../../../src/network/enforcement/signing-habits.ts';

const firstThree = (habits: SigningHabits, nasId: string) => [1, 2, 3].map((n) => habits.isSigned(nasId, n));

it('a router is asked unsigned first, and each second try the other way', () => {
  expect(firstThree(new SigningHabits(), '1')).toEqual([false, true, false]);
});

it('what a router answered is how it is asked first, until it answers otherwise', () => {
  const habits = new SigningHabits();
  habits.answered('1', true);
  expect([firstThree(habits, '1'), firstThree(habits, '2')]).toEqual([
    [true, false, true],
    [false, true, false],
  ]);
  habits.answered('1', false);
  expect(firstThree(habits, '1')).toEqual([false, true, false]);
});
