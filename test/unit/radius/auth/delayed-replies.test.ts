import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DelayedReplies } from '../../../../src/radius/auth/delayed-replies.service.ts';

let tick = 0;
let sent: string[] = [];
let delayed: DelayedReplies;

beforeEach(() => {
  vi.useFakeTimers();
  tick = 0;
  sent = [];
  delayed = new DelayedReplies(() => tick);
});

afterEach(() => {
  vi.useRealTimers();
});

function pass(ms: number): void {
  tick += ms;
  vi.advanceTimersByTime(ms);
}

const hold = (name: string): boolean => delayed.add(200, () => sent.push(name));

describe('a reply that is held back', () => {
  it('leaves after its time, in order, each at its own', () => {
    hold('a');
    pass(100);
    hold('b');
    pass(99);
    expect(sent).toEqual([]);
    pass(1);
    expect(sent).toEqual(['a']);
    pass(100);
    expect(sent).toEqual(['a', 'b']);
  });

  it('leaves at once when the server stops, and only once', () => {
    hold('a');
    hold('b');
    delayed.flush();
    expect(sent).toEqual(['a', 'b']);
    pass(1_000);
    expect(sent).toEqual(['a', 'b']);
  });

  it('that fails to be sent keeps no other back', () => {
    delayed.add(200, () => {
      throw new Error('The socket is closed.');
    });
    hold('b');
    expect(() => pass(200)).toThrow('closed');
    hold('c');
    pass(200);
    expect(sent).toEqual(['b', 'c']);
  });

  it('is refused when 10,000 wait already: the caller sends it at once', () => {
    for (let n = 0; n < 10_000; n += 1) expect(hold(String(n))).toBe(true);
    expect(hold('one too many')).toBe(false);
    pass(200);
    expect(sent).toHaveLength(10_000);
    expect(hold('room again')).toBe(true);
  });
});
