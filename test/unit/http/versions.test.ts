import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { HttpEnv } from '../../../src/http/context.ts';
import { expectedVersion, tagVersion } from '../../../src/http/versions.ts';
import { AppError } from '../../../src/kernel/errors.ts';
import { checkVersion } from '../../../src/kernel/version.ts';

const app = new Hono<HttpEnv>();
app.get('/', (c) => {
  tagVersion(c, 7);
  return c.json({ expected: expectedVersion(c) ?? null });
});
app.onError((error, c) => c.json({ code: error instanceof AppError ? error.code : error.message }, 422));

function ask(ifMatch: string | undefined): Response | Promise<Response> {
  return app.request('/', { headers: ifMatch === undefined ? {} : { 'If-Match': ifMatch } });
}

describe('If-Match', () => {
  it.each([
    ['no header', undefined, null],
    ['any version', '*', null],
    ['an ETag as it was answered', '"7"', 7],
    ['a weak ETag, as proxies make them', 'W/"7"', 7],
    ['a bare number', '7', 7],
  ])('%s expects that version', async (_, header, expected) => {
    const answer = await ask(header);
    expect(await answer.json()).toEqual({ expected });
    expect(answer.headers.get('ETag')).toBe('"7"');
  });

  it.each(['"abc"', '"1", "2"', '-1', '"12345678901"'])('%s is refused', async (header) => {
    const answer = await ask(header);
    expect([answer.status, await answer.json()]).toEqual([422, { code: 'validation_failed' }]);
  });
});

it.each([
  [undefined, 3, undefined],
  [3, 3, undefined],
  [2, 3, 'version_conflict'],
  [4, 3, 'version_conflict'],
])('who expects %s of an object at %s gets %s', (expected, actual, code) => {
  let thrown: unknown;
  try {
    checkVersion(expected, actual);
  } catch (error) {
    thrown = error;
  }
  expect(thrown instanceof AppError ? thrown.code : thrown).toBe(code);
});
