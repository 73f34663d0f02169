import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiDocument, ApiOperation } from '../../src/http/document/api-document.ts';
import { PERMISSIONS, permissionsOf } from '../../src/platform/identity/permission.ts';
import { openTestApi, type TestApi } from './api.ts';

let api: TestApi;
let operations: readonly { readonly method: string; readonly path: string; readonly about: ApiOperation }[];
let document: ApiDocument;

beforeAll(async () => {
  api = await openTestApi();
  const answer = await api.call('GET', '/api/openapi.json', { as: 'nobody' });
  expect(answer.status).toBe(200);
  document = answer.body;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, about]) => ({ method: method.toUpperCase(), path, about })),
  );
});

afterAll(() => api.close());

/** What nobody needs a token for: the way in, the reference, and what payment providers and browsers call. */
const PUBLIC = /^\/api\/(auth|setup|docs|openapi\.json|payments|customer\/(auth|register))\b/;

describe('the document', () => {
  it('has every operation that is mounted under /api, and no other', () => {
    const mounted = api.app.routes
      .filter(({ path, method }) => path.startsWith('/api/') && method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`);
    const described = operations.map(({ method, path }) => `${method} ${path}`);
    expect(described.length).toBeGreaterThan(2);
    expect([...new Set(mounted)].sort()).toEqual([...described].sort());
  });

  it('is OpenAPI 3.1 with a bearer scheme, a version and tags for all of it', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info.version).toBe('9.9.9');
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
    const tags = document.tags.map(({ name }) => name);
    for (const { about } of operations) expect(tags).toContain(about.tags?.[0]);
  });

  it('says of every operation who may call it, in words of the permissions there are', () => {
    const known: readonly string[] = [...PERMISSIONS, 'signed_in', 'enrolling', 'public'];
    for (const { method, path, about } of operations) {
      const access = [about['x-access'] ?? []].flat();
      expect(access.length, `${method} ${path}`).toBeGreaterThan(0);
      for (const one of access) expect(known, `${method} ${path}`).toContain(one);
      const isPublic = access[0] === 'public';
      expect(about.security, `${method} ${path}`).toEqual(isPublic ? [] : [{ bearer: [] }]);
      if (isPublic) expect(path).toMatch(PUBLIC);
    }
  });

  it('documents the error, a success and a unique name of every operation', () => {
    const names = operations.map(({ about }) => about.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { method, path, about } of operations) {
      const error = about.responses.default?.content?.['application/json']?.schema;
      expect(error, `${method} ${path}`).toEqual({ $ref: '#/components/schemas/Error' });
      const successes = Object.keys(about.responses).filter((status) => /^[23]/.test(status));
      expect(successes.length, `${method} ${path}`).toBeGreaterThan(0);
    }
  });

  it('names the Idempotency-Key of every POST that needs a token', () => {
    for (const { method, about } of operations) {
      const isNamed = about.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false;
      expect(isNamed).toBe(method === 'POST' && about['x-access'] !== 'public');
    }
  });
});

describe('access', () => {
  it('nobody gets 401 from every operation that is not public', async () => {
    for (const { method, path, about } of operations) {
      if (about['x-access'] === 'public') continue;
      const answer = await api.call(method, filled(path), { as: 'nobody', ...bodyOf(method) });
      expect([answer.status, answer.body.error?.code], `${method} ${path}`).toEqual([401, 'not_signed_in']);
    }
  });

  it.each(['admin', 'user', 'customer'] as const)(
    'the role %s gets 403 or 404 from every operation it has no permission for',
    async (role) => {
      const as = role === 'customer' ? { customerId: '1' } : role;
      for (const { method, path, about } of operations) {
        const access = about['x-access'];
        if (access === undefined || ['public', 'signed_in', 'enrolling'].includes(String(access))) continue;
        const permissions = [access].flat();
        if (permissions.some((permission) => permissionsOf(role).has(permission as never))) continue;
        const answer = await api.call(method, filled(path), { as, ...bodyOf(method) });
        expect([403, 404], `${method} ${path}`).toContain(answer.status);
      }
    },
  );
});

describe('the page', () => {
  it('shows every operation and component without a script, a style or an address of elsewhere', async () => {
    const answer = await api.call('GET', '/api/docs', { as: 'nobody' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    for (const { path } of operations) expect(answer.body).toContain(path);
    const foreign = /<script(?![^>]*src="\/assets\/)|<style|\sstyle="|\s(src|href)="(?!\/|#)|\son\w+="/;
    expect(foreign.exec(answer.body)?.[0]).toBeUndefined();
    expect(answer.body.match(/<details class="operation"/g)?.length).toBe(operations.length);
  });

  it('goes out compressed to who takes that', async () => {
    const plain = await api.call('GET', '/api/docs', { as: 'nobody' });
    const answer = await api.app.request('/api/docs', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(answer.headers.get('vary')).toBe('Accept-Encoding');
    const octets = Buffer.from(await answer.arrayBuffer());
    expect(gunzipSync(octets).toString()).toBe(plain.body);
    expect(octets.length).toBeLessThan(plain.body.length / 5);
  });

  it('gives each operation an anchor of its own', async () => {
    const { body } = await api.call('GET', '/api/docs', { as: 'nobody' });
    const ids = [...String(body).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

function filled(path: string): string {
  return path.replace(/\{\w+\}/g, '1');
}

function bodyOf(method: string): { body?: unknown } {
  return method === 'GET' || method === 'DELETE' ? {} : { body: {} };
}
