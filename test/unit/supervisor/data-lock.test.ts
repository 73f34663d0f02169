import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockDataDirectory } from '../../../src/supervisor/data-lock.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'));
  file = join(directory, 'supervisor.lock');
});
afterEach(() => rmSync(directory, { recursive: true }));

it('a second supervisor on one data directory is refused with a sentence', () => {
  lockDataDirectory(directory);
  expect(() => lockDataDirectory(directory)).toThrow(
    `NetFlow ISP already runs on ${directory} (process ${process.pid}): stop it, or set DATA_DIR`,
  );
});

it('a released directory can be taken again, and that was no crash', () => {
  lockDataDirectory(directory).release();
  expect(existsSync(file)).toBe(false);
  expect(lockDataDirectory(directory).wasCrashed).toBe(false);
});

const deadPid = spawnSync('true').pid;
it.each([
  ['of a process that is gone', { pid: deadPid, startedAt: '5' }],
  ['of an earlier process that had our id', { pid: process.pid, startedAt: '5' }],
  ['that is damaged', 'nonsense'],
])('a lock %s is taken over and known as a crash', (_name, content) => {
  writeFileSync(file, JSON.stringify(content));
  expect(lockDataDirectory(directory).wasCrashed).toBe(true);
  expect(() => lockDataDirectory(directory)).toThrow('already runs');
});

it('a directory that cannot be made is a sentence naming DATA_DIR', () => {
  writeFileSync(file, '');
  expect(() => lockDataDirectory(join(file, 'below'))).toThrow(/^DATA_DIR .*below cannot be used/);
});
