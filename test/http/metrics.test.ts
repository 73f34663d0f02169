import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportHealth } from '../../src/platform/health/role-health.store.ts';
import { RadiusCounters } from '../../src/radius/server/counters.ts';
import { openTestApi, type TestApi } from './api.ts';
import { appOver, from } from './fixtures.ts';

type Access = 'loopback_or_token' | 'token' | 'open';

let api: TestApi;
let access: Access = 'loopback_or_token';

beforeAll(async () => {
  api = await openTestApi(() => ({ metricsAccess: async () => access }));
});

beforeEach(async () => {
  access = 'loopback_or_token';
  await api.db.query('truncate role_health, outbox, job_runs', [], { prepare: false });
});

afterAll(() => api.close());

async function metrics(): Promise<string> {
  const { status, body, headers } = await api.call('GET', '/metrics');
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return body;
}

describe('what is told', () => {
  it('is what every RADIUS process counts, whichever host it runs on', async () => {
    const counters = new RadiusCounters();
    counters.accepts = 41;
    counters.drop('unknown_nas');
    for (const us of [90, 400, 2_000_000]) counters.accessLatency.add(us);
    const startedAt = new Date();
    const report = (instance: string, pid: number) =>
      reportHealth(api.db, {
        instance,
        role: 'radius',
        host: instance,
        pid,
        startedAt,
        counters: { ...counters.snapshot(), accounting_queue: 7 },
      });
    await report('edge-1', 11);
    await report('edge-2', 12);
    const text = await metrics();
    for (const line of [
      'netflow_radius_packets_total{host="edge-1",pid="11",kind="accepts"} 41',
      'netflow_radius_packets_total{host="edge-2",pid="12",kind="accepts"} 41',
      'netflow_radius_drops_total{host="edge-1",pid="11",reason="unknown_nas"} 1',
      'netflow_radius_accounting_queue{host="edge-1",pid="11"} 7',
      'netflow_role_up{role="radius",host="edge-2",pid="12"} 1',
      'netflow_radius_access_duration_seconds_bucket{host="edge-1",pid="11",le="0.0001"} 1',
      'netflow_radius_access_duration_seconds_bucket{host="edge-1",pid="11",le="0.0005"} 2',
      'netflow_radius_access_duration_seconds_bucket{host="edge-1",pid="11",le="1"} 2',
      'netflow_radius_access_duration_seconds_bucket{host="edge-1",pid="11",le="+Inf"} 3',
      'netflow_radius_access_duration_seconds_count{host="edge-1",pid="11"} 3',
      'netflow_database_up 1',
    ]) {
      expect(text).toContain(`\n${line}\n`);
    }
  });

  it('is what waits, and how jobs ended', async () => {
    await api.db.query(
      `insert into outbox (topic, payload, created_at)
       values ('service.created', '{}', now() - interval '30 s'), ('service.created', '{}', now())`,
    );
    await api.db.query(
      `insert into job_runs (job, scheduled_for, state, runner, lease_until, started_at, finished_at) values
       ('tidy', now() - interval '1 h', 'done', 'a', now(), now() - interval '1 h', now() - interval '1 h'),
       ('tidy', now(), 'failed', 'a', now(), now() - interval '2 s', now())`,
    );
    const text = await metrics();
    expect(text).toContain('\nnetflow_queue_waiting{queue="outbox"} 2\n');
    const age = /\nnetflow_queue_oldest_seconds\{queue="outbox"\} ([\d.]+)\n/.exec(text)?.[1];
    expect(Number(age)).toBeGreaterThanOrEqual(30);
    expect(text).toContain('\nnetflow_job_failed{job="tidy"} 1\n');
    expect(text).toMatch(/\nnetflow_job_duration_seconds\{job="tidy"\} 2(\.\d+)?\n/);
    expect(text).toContain('\nnetflow_sessions_open 0\n');
  });

  it('is each answer of this process by pattern, method and status, with labels nobody can make up', async () => {
    await api.call('GET', '/api/isp/webhooks/41');
    await api.call('GET', '/api/isp/webhooks/42');
    await api.call('GET', '/api/isp/webhooks/43', { as: 'nobody' });
    await api.call('GET', '/no/such/place-1');
    await api.call('GET', '/no/such/place-2');
    await api.call('BREW', '/coffee');
    const text = await metrics();
    const counts = (labels: string) =>
      Number(text.split(`netflow_http_request_duration_seconds_count{${labels}} `)[1]?.split('\n')[0]);
    expect(counts('route="/api/isp/webhooks/:id",method="GET",code="404"')).toBe(2);
    expect(counts('route="/api/isp/webhooks/:id",method="GET",code="401"')).toBe(1);
    expect(counts('route="none",method="GET",code="404"')).toBeGreaterThanOrEqual(2);
    expect(text).toContain('method="other"');
    expect(text).not.toMatch(/place-1|BREW|webhooks\/4/);
  });

  it('names no metric twice and gives each a help and a type', async () => {
    const text = await metrics();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name]) => name);
    expect(types.length).toBeGreaterThan(8);
    expect(new Set(types).size).toBe(types.length);
    for (const name of types) expect(text).toContain(`# HELP ${name} `);
  });

  it('is all that the dashboard for Grafana asks for', async () => {
    const dashboard = readFileSync(
      join(import.meta.dirname, '..', '..', 'docs', 'grafana', 'netflow-isp.json'),
      'utf8',
    );
    const asked = new Set(dashboard.match(/netflow_[a-z_]+(?=[{[)\s\\"])/g));
    const counters = new RadiusCounters();
    await reportHealth(api.db, {
      instance: 'a',
      role: 'radius',
      host: 'a',
      pid: 1,
      startedAt: new Date(),
      counters: counters.snapshot(),
    });
    await api.db.query(
      `insert into job_runs (job, scheduled_for, state, runner, lease_until, finished_at)
       values ('tidy', now(), 'done', 'a', now(), now())`,
    );
    const text = await metrics();
    expect(asked.size).toBeGreaterThan(8);
    for (const name of asked) expect(text, name).toMatch(new RegExp(`^(# TYPE )?${name}[ {]`, 'm'));
  });

  it('with the database away is only that it is', async () => {
    const answer = await appOver().request('/metrics', {}, from('127.0.0.1'));
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toContain('\nnetflow_database_up 0\n');
    expect(text).not.toContain('netflow_sessions_open');
  });
});

describe('who is told', () => {
  it.each([
    ['loopback_or_token', '127.0.0.1', {}, undefined, 200],
    ['loopback_or_token', '203.0.113.9', {}, undefined, 401],
    ['loopback_or_token', '127.0.0.1', { 'x-forwarded-for': '203.0.113.9' }, undefined, 401],
    ['loopback_or_token', '203.0.113.9', {}, 'admin', 200],
    ['loopback_or_token', '203.0.113.9', {}, 'user', 403],
    ['loopback_or_token', '203.0.113.9', {}, ['metrics.read'], 200],
    ['loopback_or_token', '203.0.113.9', {}, ['reports.read'], 403],
    ['token', '127.0.0.1', {}, undefined, 401],
    ['token', '127.0.0.1', {}, ['metrics.read'], 200],
    ['open', '203.0.113.9', {}, undefined, 200],
  ] as const)(
    'with metrics_access %s from %s %j as %j the answer is %i',
    async (mode, peer, headers, as, status) => {
      access = mode;
      const bearer =
        typeof as === 'string'
          ? as
          : `named-${Buffer.from(JSON.stringify({ scopes: as })).toString('base64url')}`;
      const authorization = as === undefined ? {} : { authorization: `Bearer ${bearer}` };
      const answer = await api.app.request(
        '/metrics',
        { headers: { ...headers, ...authorization } },
        from(peer),
      );
      expect(answer.status).toBe(status);
    },
  );
});
