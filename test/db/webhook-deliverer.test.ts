import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { ServiceId } from '../../src/kernel/ids.ts';
import { openDispatcher } from '../../src/platform/events/dispatcher.service.ts';
import { serviceEvent } from '../../src/platform/events/event.ts';
import { recordEvent } from '../../src/platform/events/outbox.store.ts';
import type { Poller } from '../../src/platform/events/poller.service.ts';
import type { Actor } from '../../src/platform/identity/actor.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { changeEndpoint, createEndpoint } from '../../src/platform/webhooks/webhook.service.ts';
import { ATTEMPT_DELAYS_MS } from '../../src/platform/webhooks/webhook.ts';
import { openWebhookDeliverer } from '../../src/platform/webhooks/webhook-deliverer.service.ts';
import {
  pingEndpoint,
  pruneDeliveries,
  resendDelivery,
} from '../../src/platform/webhooks/webhook-delivery.service.ts';
import { webhookEventsHandler } from '../../src/platform/webhooks/webhook-events.handler.ts';
import { openWebhookSender } from '../../src/platform/webhooks/webhook-sender.adapter.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { silentLogger } from '../support/silent-logger.ts';

const actor: Actor = { kind: 'user', id: '1', name: 'admin@example.net' };
const box = new SecretBox(Buffer.alloc(32, 7));

let database: TestDatabase;
let db: Database;
let receiver: Server;
let url: string;
let answerWith: { status: number; headers?: Record<string, string>; delayMs?: number };
let received: { path: string; headers: IncomingHttpHeaders; body: string }[];
const running: Poller[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = openLanePool({ url: database.url, lanes: 4, name: 'netflow-test-webhooks' });
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      const { status, headers = {}, delayMs = 0 } = answerWith;
      setTimeout(() => response.writeHead(status, headers).end('thanks'), delayMs);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  url = `http://127.0.0.1:${port}/hook`;
});

beforeEach(async () => {
  received = [];
  answerWith = { status: 204 };
  await db.query('truncate webhook_endpoints, webhook_deliveries, outbox', [], { prepare: false });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((poller) => poller.stop()));
});

afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await db.close();
  await database.drop();
});

function deliver(more: { allowsPrivate?: boolean; timeoutMs?: number } = {}): void {
  const { allowsPrivate = true, timeoutMs } = more;
  const sender = openWebhookSender(timeoutMs);
  const parts = { db, box, clock: systemClock, logger: silentLogger, sender };
  running.push(openWebhookDeliverer({ ...parts, allowsPrivate: async () => allowsPrivate }));
}

async function endpoint(input: { url?: string; topics?: readonly string[] } = {}) {
  return createEndpoint({ db, box, clock: systemClock }, { url, ...input }, actor);
}

interface Row {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  readonly response_status: number | null;
  readonly last_error: string | null;
  readonly wait_s: number;
}

async function rows(): Promise<Row[]> {
  return db.query<Row>(
    `select id, status, attempts, response_status, last_error,
       round(extract(epoch from next_at - now()))::int as wait_s from webhook_deliveries order by id`,
  );
}

/** The row of the only delivery once it has been tried so often. */
async function tried(attempts: number): Promise<Row> {
  await expect
    .poll(async () => (await rows()).map((row) => [row.attempts, row.response_status ?? row.last_error]), {
      timeout: 15_000,
    })
    .toEqual([[attempts, expect.anything()]]);
  const [row] = await rows();
  return row;
}

describe('an event', () => {
  it('goes to every endpoint that wants it, once, beside its other handlers, and signed', async () => {
    const { endpoint: all, secret } = await endpoint();
    await endpoint({ topics: ['service.suspended'] });
    await endpoint({ topics: ['invoice.paid'] });
    const { endpoint: off } = await endpoint();
    const order = { input: { disabled: true }, expectedVersion: undefined, actor };
    await changeEndpoint({ db, box, clock: systemClock }, off.id, order);
    let others = 0;
    const failsOnce = {
      name: 'test.other',
      topics: ['service.suspended'],
      handle: async () => {
        others += 1;
        if (others === 1) throw new Error('Not yet.');
      },
    };
    await db.transaction((tx) => recordEvent(tx, serviceEvent('service.suspended', '7' as ServiceId)));
    running.push(
      openDispatcher({
        db,
        handlers: [failsOnce, webhookEventsHandler(db)],
        logger: silentLogger,
        clock: systemClock,
      }),
    );
    deliver();
    await expect.poll(() => [received.length, others], { timeout: 15_000 }).toEqual([2, 2]);
    const own = await db.query<{ id: string }>('select id from webhook_deliveries where endpoint_id = $1', [
      all.id,
    ]);
    const got = received.find(({ headers }) => headers['x-netflow-delivery'] === own[0]?.id);
    expect(JSON.parse(got?.body ?? '')).toEqual({
      id: own[0]?.id,
      topic: 'service.suspended',
      occurred_at: expect.stringMatching(/Z$/),
      data: { service_id: '7' },
    });
    const at = got?.headers['x-netflow-timestamp'];
    expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(60);
    const mac = createHmac('sha256', secret).update(`${at}.${got?.body}`).digest('hex');
    expect(got?.headers['x-netflow-signature']).toBe(`v1=${mac}`);
    await expect
      .poll(async () => (await rows()).map(({ status }) => status))
      .toEqual(['delivered', 'delivered']);
  });
});

describe('an attempt', () => {
  it.each([
    ['200', { status: 200 }, 'delivered', null],
    ['a redirect, which is not followed', { status: 302, headers: { location: '/other' } }, 'waiting', /302/],
    ['410', { status: 410 }, 'waiting', /410/],
    ['500', { status: 500 }, 'waiting', /500/],
  ] as const)('answered with %s is %s', async (_, answer, status, error) => {
    answerWith = answer;
    const { endpoint: to } = await endpoint();
    await pingEndpoint({ db, clock: systemClock }, to.id, actor);
    deliver();
    const row = await tried(1);
    expect([row.status, row.response_status]).toEqual([status, answer.status]);
    if (error === null) expect(row.last_error).toBeNull();
    else expect(row.last_error).toMatch(error);
    expect(received.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('that takes too long is cut off', async () => {
    answerWith = { status: 200, delayMs: 5_000 };
    const { endpoint: to } = await endpoint();
    await pingEndpoint({ db, clock: systemClock }, to.id, actor);
    deliver({ timeoutMs: 100 });
    expect(await tried(1)).toMatchObject({
      status: 'waiting',
      last_error: expect.stringMatching(/abort|time/i),
    });
  });

  it.each([
    ['this machine', undefined, /private/],
    ['this machine by name', 'http://localhost:1/', /private/],
    ['this machine by IPv6', 'http://[::1]:1/', /private/],
    ['this machine in a mapped form', 'http://[::ffff:127.0.0.1]:1/', /private/],
    ['this machine as a number', 'http://2130706433:1/', /private/],
    ['a private network', 'http://10.0.0.1/', /private/],
  ])('to %s is refused unless the setting allows it', async (_, to, error) => {
    const { endpoint: made } = await endpoint(to === undefined ? {} : { url: to });
    await pingEndpoint({ db, clock: systemClock }, made.id, actor);
    deliver({ allowsPrivate: false });
    expect((await tried(1)).last_error).toMatch(error);
    expect(received).toEqual([]);
  });

  it('to the metadata address of a cloud is refused whatever the setting says', async () => {
    const { endpoint: made } = await endpoint({ url: 'http://169.254.169.254/latest' });
    await pingEndpoint({ db, clock: systemClock }, made.id, actor);
    deliver({ allowsPrivate: true });
    expect((await tried(1)).last_error).toMatch(/never called/);
  });

  it.each(ATTEMPT_DELAYS_MS.map((delayMs, index) => [index + 1, delayMs / 1000] as const))(
    'number %i that fails is followed by a wait of %i s',
    async (attempt, waitS) => {
      answerWith = { status: 503 };
      const { endpoint: to } = await endpoint();
      await pingEndpoint({ db, clock: systemClock }, to.id, actor);
      await db.query('update webhook_deliveries set attempts = $1::int', [attempt - 1]);
      deliver();
      const row = await tried(attempt);
      expect(row.status).toBe('waiting');
      expect(Math.abs(row.wait_s - waitS)).toBeLessThan(8);
    },
  );

  it('after the last one it is given up, until somebody sends it again', async () => {
    answerWith = { status: 503 };
    const { endpoint: to } = await endpoint();
    const { id } = await pingEndpoint({ db, clock: systemClock }, to.id, actor);
    await db.query('update webhook_deliveries set attempts = $1::int', [ATTEMPT_DELAYS_MS.length]);
    deliver();
    expect((await tried(ATTEMPT_DELAYS_MS.length + 1)).status).toBe('failed');
    answerWith = { status: 200 };
    await resendDelivery(db, { endpointId: to.id, id }, actor);
    await expect
      .poll(async () => (await rows()).map(({ status, attempts }) => [status, attempts]), { timeout: 15_000 })
      .toEqual([['delivered', 1]]);
  });
});

it('an ended delivery is forgotten after 30 days, one that waits is not', async () => {
  const { endpoint: to } = await endpoint();
  await pingEndpoint({ db, clock: systemClock }, to.id, actor);
  await pingEndpoint({ db, clock: systemClock }, to.id, actor);
  await db.query(
    `update webhook_deliveries set created_at = now() - interval '31 days',
       status = case when id = (select min(id) from webhook_deliveries) then 'delivered' else status end`,
  );
  expect([await pruneDeliveries(db), (await rows()).map(({ status }) => status)]).toEqual([1, ['waiting']]);
});
