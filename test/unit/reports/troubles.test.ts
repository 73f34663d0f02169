import { describe, expect, it } from 'vitest';
import type { RouterStatus } from '../../../src/reports/system-status.ts';
import {
  type LogTailLine,
  refusalsOf,
  type TroubleFacts,
  troublesOf,
} from '../../../src/reports/troubles.ts';

const nowMs = Date.parse('2026-11-23T04:30:00Z');
const minutesAgo = (minutes: number): number => nowMs - minutes * 60_000;

const router = (more: Partial<RouterStatus> = {}): RouterStatus => ({
  name: 'edge-1',
  address: '10.0.0.1',
  isDisabled: false,
  lastLoginAtMs: minutesAgo(0),
  lastAccountingAtMs: minutesAgo(0),
  sessions: 3,
  uncertainSessions: 0,
  ...more,
});
const line = (more: Partial<LogTailLine>): LogTailLine => ({
  outcome: 'accept',
  reason: undefined,
  routerName: 'edge-1',
  source: undefined,
  count: 1,
  lastAtMs: minutesAgo(1),
  ...more,
});
const facts = (more: Partial<TroubleFacts> = {}): TroubleFacts => ({
  radiusHosts: 1,
  workerHosts: 1,
  routers: [router()],
  logTail: [line({})],
  unansweredOrders: [],
  failedJobs: [],
  overloadDrops: 0,
  nowMs,
  ...more,
});
const codes = (more: Partial<TroubleFacts>): string[] => troublesOf(facts(more)).map(({ code }) => code);

describe('troubles', () => {
  it('there are none while everything runs', () => {
    expect(troublesOf(facts())).toEqual([]);
  });

  it.each<[string, Partial<TroubleFacts>, string]>([
    ['no RADIUS role reports', { radiusHosts: 0 }, 'radius_down'],
    ['no worker reports', { workerHosts: 0 }, 'worker_down'],
    ['accounting is dropped', { overloadDrops: 4 }, 'overload'],
    [
      'a router leaves orders unanswered',
      { unansweredOrders: [{ router: 'edge-1', orders: 2 }] },
      'orders_unanswered',
    ],
    ['a job failed', { failedJobs: [{ job: 'prune-change-log', error: 'x' }] }, 'job_failed'],
    [
      'logins are accepted and no accounting ever came',
      { routers: [router({ lastAccountingAtMs: undefined })] },
      'accounting_missing',
    ],
    [
      'logins are accepted and accounting has stopped',
      { routers: [router({ lastAccountingAtMs: minutesAgo(5) })] },
      'accounting_missing',
    ],
    [
      'an unknown router asks',
      {
        logTail: [
          line({ outcome: 'drop', reason: 'unknown_nas', source: '10.9.9.9', routerName: undefined }),
        ],
      },
      'unknown_router',
    ],
    [
      'a router uses another secret',
      {
        routers: [router({ lastLoginAtMs: undefined, lastAccountingAtMs: undefined })],
        logTail: [line({ outcome: 'drop', reason: 'bad_authenticator', source: '10.0.0.1' })],
      },
      'wrong_secret',
    ],
    [
      'a router does not sign',
      {
        routers: [router({ lastLoginAtMs: undefined, lastAccountingAtMs: undefined })],
        logTail: [line({ outcome: 'drop', reason: 'unsigned', source: '10.0.0.1' })],
      },
      'unsigned',
    ],
  ])('%s', (_, more, code) => {
    expect(codes(more)).toEqual([code]);
  });

  it.each<[string, Partial<TroubleFacts>]>([
    ['a role has not had the time to report', { radiusHosts: undefined, workerHosts: undefined }],
    [
      'all logins without accounting were refused',
      { routers: [router({ lastAccountingAtMs: undefined })], logTail: [line({ outcome: 'reject' })] },
    ],
    [
      'the first login was a moment ago and its Start has not come yet',
      { routers: [router({ lastAccountingAtMs: minutesAgo(1.5) })] },
    ],
    [
      'nobody has logged in for a while',
      { routers: [router({ lastLoginAtMs: minutesAgo(20), lastAccountingAtMs: undefined })] },
    ],
    [
      'another router is the one whose logins were accepted',
      { routers: [router({ lastAccountingAtMs: undefined })], logTail: [line({ routerName: 'edge-2' })] },
    ],
    [
      'the unknown router was added since',
      { logTail: [line({ outcome: 'drop', reason: 'unknown_nas', source: '10.0.0.1' })] },
    ],
    [
      'a block that holds the unknown router was added since',
      {
        routers: [router({ address: '10.9.0.0/16' })],
        logTail: [line({ outcome: 'drop', reason: 'unknown_nas', source: '10.9.9.9' })],
      },
    ],
    [
      'the router has been understood after its wrong secret',
      {
        logTail: [
          line({ outcome: 'drop', reason: 'bad_authenticator', source: '10.0.0.1', lastAtMs: minutesAgo(2) }),
        ],
      },
    ],
  ])('there is none when %s', (_, more) => {
    expect(codes(more)).toEqual([]);
  });

  it('a hostile network does not fill the list: five sources, those that send most', () => {
    const logTail = Array.from({ length: 50 }, (_, index) =>
      line({ outcome: 'drop', reason: 'unknown_nas', source: `192.0.2.${index}`, count: index }),
    );
    const found = troublesOf(facts({ logTail }));
    expect(found.map((one) => ('packets' in one ? one.packets : 0))).toEqual([49, 48, 47, 46, 45]);
  });
});

it('refusals are counted by reason, rejected and walled, the commonest first', () => {
  const logTail = [
    line({ outcome: 'reject', reason: 'wrong_password', count: 2 }),
    line({ outcome: 'reject', reason: 'service_suspended', count: 3, routerName: 'a' }),
    line({ outcome: 'walled', reason: 'service_suspended', count: 4, routerName: 'b' }),
    line({ outcome: 'accept', count: 90 }),
    line({ outcome: 'drop', reason: 'unknown_nas', count: 90 }),
  ];
  expect(refusalsOf(logTail)).toEqual([
    { reason: 'service_suspended', count: 7 },
    { reason: 'wrong_password', count: 2 },
  ]);
});
