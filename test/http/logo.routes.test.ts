import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api.ts';

const path = '/api/isp/settings/logo';
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const put = async (image: Buffer, as = 'admin'): Promise<{ status: number; code: string | undefined }> => {
  const headers = { Authorization: `Bearer ${as}`, 'Content-Type': 'image/png' };
  const response = await api.app.request(path, { method: 'PUT', headers, body: Uint8Array.from(image) });
  const { status } = response;
  return { status, code: status === 204 ? undefined : JSON.parse(await response.text()).error.code };
};

describe('the logo', () => {
  it('is set, read, replaced and taken away', async () => {
    expect((await api.call('GET', path)).body.error.code).toBe('not_found');
    expect((await put(png)).status).toBe(204);
    expect((await put(png)).status).toBe(204);
    const read = await api.call('GET', path);
    expect(read.headers.get('content-type')).toBe('image/png');
    expect(read.octets.equals(png)).toBe(true);
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('DELETE', path)).body.error.code).toBe('not_found');
  });

  it.each<[rule: string, image: Buffer]>([
    ['that is no picture', Buffer.from('<svg/>')],
    ['that is nothing', Buffer.alloc(0)],
    ['that ends too early', png.subarray(0, 40)],
    ['that is too large', Buffer.concat([png, Buffer.alloc(300_000)])],
  ])('%s is refused, and the one before stays', async (_, image) => {
    await put(png);
    expect(await put(image)).toEqual({ status: 422, code: 'validation_failed' });
    expect((await api.call('GET', path)).octets.equals(png)).toBe(true);
  });

  it('is changed by administrators', async () => {
    expect(await put(png, 'user')).toEqual({ status: 403, code: 'forbidden' });
    expect((await api.call('DELETE', path, { as: 'user' })).status).toBe(403);
  });
});
