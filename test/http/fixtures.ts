import type { Hono } from 'hono';
import type { Database } from '../../src/db/database.ts';
import type { HttpContext, HttpEnv } from '../../src/http/context.ts';
import { buildHttpApp } from '../../src/http/server.ts';
import { loadAssets } from '../../src/http/ui/assets.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openBandwidth } from '../../src/network/monitoring/bandwidth.service.ts';
import type { RouterPort } from '../../src/network/router.port.ts';
import type { Logger } from '../../src/platform/logger.port.ts';
import type { Printer } from '../../src/platform/printing/printer.port.ts';
import type { JobStarter } from '../../src/platform/scheduler/job.port.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import type { Readiness, SystemStatus } from '../../src/reports/system-status.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { identityOver } from './identity.ts';

export const atMs = Date.parse('2026-11-23T04:30:00Z');
export const assets = loadAssets();

/** A system that serves one router with everything in order. */
export function healthy(more: Partial<SystemStatus> = {}): SystemStatus {
  return {
    atMs,
    database: { isUp: true, answerMs: 1.2 },
    radiusHosts: 1,
    workerHosts: 1,
    accountingQueue: 0,
    traffic: {
      acceptsPerS: 4.2,
      rejectsPerS: 0.1,
      accountingPerS: 18,
      acceptsLastMinute: 252,
      rejectsLastMinute: 6,
      loginP95Us: 500,
      acceptSeries: [undefined, 1, 2],
      rejectSeries: [undefined, 0, 1],
      accountingSeries: [undefined, 3, 4],
    },
    stored: {
      timeZone: 'Africa/Nairobi',
      subscribers: 1_300,
      sessions: 1_284,
      uncertainSessions: 0,
      routers: [
        {
          name: 'Kilimani-01',
          address: '10.1.2.3',
          isDisabled: false,
          lastLoginAtMs: atMs - 4_000,
          lastAccountingAtMs: atMs - 1_000,
          sessions: 1_284,
          uncertainSessions: 0,
        },
      ],
      setup: { hasRouter: true, hasPlan: true, hasService: true, hasLogin: true, hasAccounting: true },
    },
    refusals: [{ reason: 'wrong_password', count: 6 }],
    troubles: [],
    ...more,
  };
}

/** The web server's application over a given state. */
export function appOver(state: State = {}): Hono<HttpEnv> {
  return buildHttpApp(contextOver(state), assets);
}

interface State {
  readonly status?: SystemStatus | Error;
  readonly readiness?: Readiness;
  readonly logger?: Logger;
}

/** What routes are handed, with nothing behind it but a given state. */
export function contextOver(state: State = {}): HttpContext {
  const box = new SecretBox(Buffer.alloc(32, 7));
  const { status = healthy(), readiness = { isReady: true, reasons: [] }, logger = silentLogger } = state;
  return {
    status: {
      status: async () => {
        if (status instanceof Error) throw status;
        return status;
      },
      readiness: async () => readiness,
      stop: async () => undefined,
    },
    installation: {
      version: '9.9.9',
      radiusAddress: '198.51.100.7',
      radiusAuthPort: 1812,
      radiusAcctPort: 1813,
      httpPort: 8080,
      commandPrefix: 'DATA_DIR=/srv/isp ',
    },
    clock: systemClock,
    logger,
    deps: { db: noDatabase, box, clock: systemClock },
    identity: identityOver({ db: noDatabase, box, clock: systemClock }),
    trustedProxies: [],
    httpsDemand: async () => 'off',
    metricsAccess: async () => 'loopback_or_token',
    tasks: { db: noDatabase, clock: systemClock, logger, jobs: noJobs },
    printing: { db: noDatabase, clock: systemClock, printer: noPrinter },
    isTestClock: false,
    bandwidth: openBandwidth({
      db: noDatabase,
      clock: systemClock,
      routerApi: { router: noRouter, accessOf: async () => undefined },
    }),
    routers: {
      db: noDatabase,
      box,
      router: noRouter,
      server: { radiusAddress: '198.51.100.7', radiusAuthPort: 1812, radiusAcctPort: 1813 },
      machineClock: systemClock,
    },
    authenticator: { authenticate: () => Promise.reject(new Error('Nobody signs in here.')) },
  };
}

/** These tests print nothing. */
const noPrinter: Printer = { print: () => Promise.reject(new Error('There is no printer here.')) };

/** These tests start no job. */
const noJobs: JobStarter = { runNow: () => Promise.reject(new Error('There are no jobs here.')) };

/** These tests have no router. */
const noRouter: RouterPort = {
  run: () => Promise.reject(new Error('There is no router here.')),
  on: () => Promise.reject(new Error('There is no router here.')),
  connect: () => Promise.reject(new Error('There is no router here.')),
  close: async () => undefined,
};

/** These tests read no table. */
const noDatabase: Database = new Proxy({} as Database, {
  get: () => () => Promise.reject(new Error('There is no database here.')),
});

/** What node's server knows of a request, for a viewer at an address. */
export function from(remoteAddress: string, httpVersion = '1.1'): object {
  return { incoming: { socket: { remoteAddress }, httpVersion } };
}

/** Asks as somebody at the machine would. */
export function askLocally(app: Hono<HttpEnv>, path: string): Response | Promise<Response> {
  return app.request(path, { headers: { host: 'localhost:8080' } }, from('127.0.0.1'));
}

/** Asks as somebody elsewhere would. */
export function askRemotely(app: Hono<HttpEnv>, path: string): Response | Promise<Response> {
  return app.request(path, { headers: { host: '198.51.100.7:8080' } }, from('203.0.113.9'));
}
