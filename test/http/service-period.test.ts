import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

it('C2: a service shows its period in local dates, also where midnight does not exist', async () => {
  const post = async (path: string, body: object) => {
    const answer = await api.call('POST', path, { body });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  await api.call('PATCH', '/api/isp/settings', { body: { isp_timezone: 'Africa/Cairo' } });
  api.clock.set('2025-04-24T10:00:00Z');
  const customer = await post('/api/isp/customers', { name: 'Amina' });
  const plan = { code: 'DAY', name: 'A day', price: 100, rate_limit: '5M/20M', cycle: 'daily' };
  const { id: packageId } = await post('/api/isp/packages', plan);
  const service = await post('/api/isp/services', { customer_id: customer.id, package_id: packageId });
  const { body } = await api.call('GET', `/api/isp/services/${service.id}`);
  expect(body).toMatchObject({
    period_start: '2025-04-24',
    period_end: '2025-04-25',
    next_billing_date: '2025-04-25',
  });
});
