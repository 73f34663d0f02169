import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../../../src/db/database.ts';
import { AuthLogWriter } from '../../../../src/radius/auth/auth-log-writer.service.ts';
import { rememberingLogger } from '../../../support/silent-logger.ts';

type Copy = (payload: string) => Promise<void>;

let written: string[] = [];
let lost = 0;
let copies = 0;
let copy: Copy;
const logger = rememberingLogger();
let writer: AuthLogWriter;

beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  lost = 0;
  copies = 0;
  logger.lines.length = 0;
  copy = async (payload) => void written.push(...payload.split('\n').filter((line) => line !== ''));
  const copyIn = async (_: string, payload: string): Promise<void> => {
    copies += 1;
    await copy(payload);
  };
  // Only COPY is called.
  const db = { copyIn } as unknown as Database;
  writer = new AuthLogWriter({ db, logger, onLost: (lines) => (lost += lines) });
});

afterEach(() => {
  vi.useRealTimers();
});

const failing =
  (code: string): Copy =>
  () =>
    Promise.reject(Object.assign(new Error(code), { code }));
const add = (...names: readonly string[]): void => {
  for (const name of names) writer.add(`${name}\n`);
};

describe('the writer of the authentication log', () => {
  it('gathers a quarter of a second into one COPY, in order', async () => {
    add('a', 'b');
    await vi.advanceTimersByTimeAsync(249);
    expect(copies).toBe(0);
    add('c');
    await vi.advanceTimersByTimeAsync(1);
    expect([written, copies]).toEqual([['a', 'b', 'c'], 1]);
  });

  it('keeps its lines while the database is away, says so once, and writes them afterwards', async () => {
    const works = copy;
    copy = failing('ECONNREFUSED');
    add('a');
    await vi.advanceTimersByTimeAsync(2_000);
    add('b');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(logger.lines.filter(({ event }) => event === 'radius.auth_log_unwritten')).toHaveLength(1);
    copy = works;
    await vi.advanceTimersByTimeAsync(250);
    expect([written, lost]).toEqual([['a', 'b'], 0]);
  });

  it('loses the line the database refuses, and no other', async () => {
    const works = copy;
    copy = (payload) => (payload.includes('poison') ? failing('22P04')(payload) : works(payload));
    const names = Array.from({ length: 50 }, (_, n) => `n${n}`);
    add(...names, 'poison', 'after');
    await vi.advanceTimersByTimeAsync(250);
    expect(written).toEqual([...names, 'after']);
    expect(lost).toBe(1);
  });

  it('keeps a bounded number of lines and counts the others lost', async () => {
    copy = failing('ECONNREFUSED');
    for (let n = 0; n < 300_005; n += 1) add('x');
    await vi.advanceTimersByTimeAsync(250);
    expect(lost).toBe(5);
  });

  it('writes what is left when it stops, and tries no more when it cannot', async () => {
    add('a');
    await writer.stop();
    expect(written).toEqual(['a']);
    copy = failing('ECONNREFUSED');
    add('b');
    await writer.stop();
    const before = copies;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(copies - before).toBeLessThanOrEqual(1);
  });
});
