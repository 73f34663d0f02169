import { lookup } from 'node:dns/promises';
import type { Database } from '../db/database.ts';
import type { HttpContext } from '../http/context.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { randomFraction } from '../kernel/ids.ts';
import { addFirstRouter } from '../network/connection/first-router.service.ts';
import { findAccess } from '../network/connection/mikrotik-connection.service.ts';
import { pinFingerprint } from '../network/connection/mikrotik-connection.store.ts';
import { type ServerAddress, UNSTORED } from '../network/connection/router-test.service.ts';
import { openBandwidth } from '../network/monitoring/bandwidth.service.ts';
import type { RouterPort } from '../network/router.port.ts';
import { openRouterOs } from '../network/routeros/routeros.adapter.ts';
import { reachableAddress } from '../platform/config/addresses.ts';
import type { ResolvedConfig } from '../platform/config/config.ts';
import type { Logger } from '../platform/logger.port.ts';
import type { SecretBox } from '../platform/secrets/secret-box.ts';

/** The RouterOS driver of a role; certificates seen for the first time are pinned in the database. */
export function openRouterDriver(parts: {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}): RouterPort {
  const { db, clock, logger } = parts;
  return openRouterOs({
    clock,
    logger,
    random: randomFraction,
    learnFingerprint: ({ routerId }, fingerprint) => {
      if (routerId === UNSTORED) return;
      logger.info({ event: 'routeros.certificate_pinned', router_id: routerId, fingerprint });
      pinFingerprint(db, routerId, fingerprint).catch((err: unknown) =>
        logger.warn({ event: 'routeros.certificate_not_pinned', router_id: routerId, err }),
      );
    },
  });
}

/** What the http role asks routers through, the first router made if there is none. */
export async function openRouters(
  config: ResolvedConfig,
  parts: {
    readonly db: Database;
    /** The database as use cases of the API see it. */
    readonly marking: Database;
    readonly box: SecretBox;
    readonly clock: Clock;
    readonly logger: Logger;
  },
): Promise<{ readonly context: Pick<HttpContext, 'routers' | 'bandwidth'>; stop(): Promise<void> }> {
  const { db, marking, box, clock } = parts;
  await makeFirstRouter(config, parts);
  const router = openRouterDriver(parts);
  const routerApi = { router, accessOf: (nasId: string) => findAccess({ db, box }, nasId) };
  const bandwidth = openBandwidth({ db, clock, routerApi });
  const routers = { db: marking, box, router, server: serverAddress(config), machineClock: clock };
  return {
    context: { routers, bandwidth },
    stop: async () => {
      bandwidth.stop();
      await router.close();
    },
  };
}

/** Where routers reach this server. */
export function serverAddress(config: ResolvedConfig): ServerAddress {
  return {
    radiusAddress: reachableAddress(config.radiusHosts[0] ?? '0.0.0.0'),
    radiusAuthPort: config.radiusAuthPort,
    radiusAcctPort: config.radiusAcctPort,
  };
}

/** Makes the router the environment names, when there is none; whatever stands in the way is logged, not fatal. */
async function makeFirstRouter(
  config: ResolvedConfig,
  parts: { readonly db: Database; readonly box: SecretBox; readonly logger: Logger },
): Promise<void> {
  const { mikrotikApiHost: host, mikrotikApiUser: username, mikrotikApiPassword: password } = config;
  const { logger } = parts;
  if (host === undefined) return;
  if (username === undefined || password === undefined) {
    logger.warn(
      { event: 'routeros.first_router_incomplete', host },
      'MIKROTIK_API_HOST needs MIKROTIK_API_USER and MIKROTIK_API_PASSWORD beside it: no router was made.',
    );
    return;
  }
  try {
    const { address } = await lookup(host);
    const port = config.mikrotikApiPort;
    const nasId = await addFirstRouter(parts, { host, address, port, username, password });
    if (nasId !== undefined) logger.info({ event: 'routeros.first_router_made', nas_id: nasId, host });
  } catch (err) {
    // Two hosts that start together: the other one was first.
    if (err instanceof AppError && err.kind === 'conflict') return;
    logger.warn({ event: 'routeros.first_router_not_made', host, err });
  }
}
