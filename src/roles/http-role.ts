import { hostname } from 'node:os';
import type { Database } from '../db/database.ts';
import { openLanePool } from '../db/lane-pool.ts';
import { jwtAccessTokens } from '../http/access-tokens.ts';
import type { Installation } from '../http/context.ts';
import { currentClaim } from '../http/idempotency.ts';
import { buildHttpApp, openHttpServer } from '../http/server.ts';
import { loadAssets } from '../http/ui/assets.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ResolvedConfig } from '../platform/config/config.ts';
import { startHealthReporter } from '../platform/health/health-reporter.service.ts';
import { markingDatabase } from '../platform/idempotency/marking-database.service.ts';
import type { IdentityDeps } from '../platform/identity/identity.service.ts';
import { bcryptHasher } from '../platform/identity/password.adapter.ts';
import { totpCodes } from '../platform/identity/second-factor/totp.adapter.ts';
import { openAuthenticator } from '../platform/identity/sessions/authenticator.service.ts';
import { lockOutRecorder } from '../platform/identity/sessions/lock-out.service.ts';
import { openSignInLimiter } from '../platform/identity/sessions/sign-in-limiter.adapter.ts';
import type { Logger } from '../platform/logger.port.ts';
import { openPrinter } from '../platform/printing/printer.adapter.ts';
import { JobRunner } from '../platform/scheduler/runner.ts';
import { SecretBox } from '../platform/secrets/secret-box.ts';
import { settingsCache } from '../platform/settings/settings-cache.service.ts';
import { openBusinessClock } from '../platform/test-clock/business-clock.service.ts';
import { openStatusReporter } from '../reports/system-status.service.ts';
import type { RunningRole } from '../supervisor/role-app.ts';
import { productVersion } from '../supervisor/version.ts';
import { commandPrefix } from './command-prefix.ts';
import { openRouters, serverAddress } from './router-driver.ts';

/** The http role: the web server. Any number of hosts may run one; it keeps nothing that another one lacks. */
export async function startHttpRole(
  config: ResolvedConfig,
  logger: Logger,
  clock: Clock,
): Promise<RunningRole> {
  const db = openLanePool({ url: config.databaseUrl, lanes: 4, name: 'netflow-http' });
  const box = new SecretBox(Buffer.from(config.appKey));
  const business = await openBusinessClock({
    db,
    real: clock,
    isTestClock: config.testClock,
    logger,
    onTaken: () => health.tell(),
  });
  const status = openStatusReporter({ db, clock, logger });
  const settings = settingsCache(db, clock);
  const marking = markingDatabase(db, currentClaim);
  const identity = identityOver(marking, db, { box, clock });
  const network = await openRouters(config, { db, marking, box, clock, logger });
  const jobs = new JobRunner({ db, logger, clock, runner: `http:${hostname()}:${process.pid}` });
  const printer = openPrinter(logger);
  const app = buildHttpApp(
    {
      status,
      installation: installationOf(config),
      clock,
      logger,
      deps: { db: marking, box, clock: business.clock },
      trustedProxies: config.trustedProxies ?? [],
      httpsDemand: async () => (await settings()).http_https,
      metricsAccess: async () => (await settings()).metrics_access,
      tasks: { db, clock: business.clock, logger, jobs },
      printing: { db, clock: business.clock, printer },
      isTestClock: config.testClock,
      identity,
      // Who asks is looked up outside what a repeated request is remembered by.
      authenticator: openAuthenticator({ ...identity, db }),
      ...network.context,
    },
    loadAssets(),
  );
  const server = await openHttpServer(app, {
    host: config.httpHost,
    port: config.httpPort,
    tls: tlsOf(config, logger),
  });
  const health = startHealthReporter({
    db,
    logger,
    role: 'http',
    host: hostname(),
    pid: process.pid,
    startedAt: new Date(clock.nowMs()),
    counters: () => ({ ...business.counters() }),
  });
  return {
    describe: [],
    stop: async () => {
      await jobs.stop();
      await Promise.all([server.close(), status.stop(), business.stop(), health.stop(), network.stop()]);
      await printer.close();
      await db.close();
    },
  };
}

function identityOver(
  marking: Database,
  db: Database,
  { box, clock }: { readonly box: SecretBox; readonly clock: Clock },
): IdentityDeps {
  return {
    db: marking,
    box,
    clock,
    hasher: bcryptHasher,
    accessTokens: jwtAccessTokens(box, clock),
    limiter: openSignInLimiter(db, lockOutRecorder(db, clock)),
    totp: totpCodes,
  };
}

function tlsOf({ httpTlsCert: certPath, httpTlsKey: keyPath }: ResolvedConfig, logger: Logger) {
  if (certPath === undefined || keyPath === undefined) return undefined;
  return { files: { certPath, keyPath }, logger };
}

function installationOf(config: ResolvedConfig): Installation {
  return {
    version: productVersion(),
    ...serverAddress(config),
    httpPort: config.httpPort,
    commandPrefix: commandPrefix(config.dataDir),
  };
}
