import { describe, expect, it } from 'vitest';
import { RejectThrottle } from '../../../../src/radius/auth/reject-throttle.ts';

const open = (): RejectThrottle => new RejectThrottle({ delayAfter: 3, delayMs: 200 });

describe('guessing', () => {
  it('is answered at once twice and held back from the third failure in a row', () => {
    const throttle = open();
    expect([1, 2, 3, 4].map(() => throttle.rejected('alice', undefined))).toEqual([0, 0, 200, 200]);
  });

  it('many names from one MAC address is held back too', () => {
    const throttle = open();
    expect(['a', 'b', 'c'].map((name) => throttle.rejected(name, 'AA:BB:CC:00:00:01'))).toEqual([0, 0, 200]);
  });

  it('one name from many MAC addresses is held back too', () => {
    const throttle = open();
    expect(['1', '2', '3'].map((mac) => throttle.rejected('alice', mac))).toEqual([0, 0, 200]);
  });

  it('is forgiven by a login of the same name and place', () => {
    const throttle = open();
    for (let n = 0; n < 5; n += 1) throttle.rejected('alice', 'mac');
    throttle.accepted('alice', 'mac');
    expect(throttle.rejected('alice', 'mac')).toBe(0);
  });

  it('a login of another name forgives nothing', () => {
    const throttle = open();
    for (let n = 0; n < 5; n += 1) throttle.rejected('alice', undefined);
    throttle.accepted('bob', undefined);
    expect(throttle.rejected('alice', undefined)).toBe(200);
  });

  it('a user name cannot pass for a MAC address', () => {
    const throttle = open();
    for (let n = 0; n < 5; n += 1) throttle.rejected('x', undefined);
    expect(throttle.rejected('y', 'x')).toBe(0);
  });

  it('a delay of zero holds nothing back', () => {
    const throttle = open();
    throttle.delayMs = 0;
    expect([1, 2, 3, 4].map(() => throttle.rejected('alice', undefined))).toEqual([0, 0, 0, 0]);
  });

  it('remembers the latest names only, however many are tried', () => {
    const throttle = open();
    for (let n = 0; n < 3; n += 1) throttle.rejected('first', undefined);
    for (let n = 0; n < 20_000; n += 1) throttle.rejected(`name-${n}`, undefined);
    expect(throttle.rejected('first', undefined)).toBe(0);
    expect(throttle.rejected('name-19999', undefined)).toBe(0);
    expect(throttle.rejected('name-19999', undefined)).toBe(200);
  });
});
