import { hostname } from 'node:os';
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { findAccess } from '../network/connection/mikrotik-connection.service.ts';
import { readWallChoices } from '../network/enforcement/wall-choices.service.ts';
import { openRouterPolling } from '../network/monitoring/router-polling.service.ts';
import { openProvisioner, type Provisioner } from '../network/provisioning/provisioner.service.ts';
import type { Logger } from '../platform/logger.port.ts';
import type { SecretBox } from '../platform/secrets/secret-box.ts';
import { readSettings } from '../platform/settings/setting.store.ts';
import { openRouterDriver } from './router-driver.ts';

/** What the worker role does on routers by their API. */
export function openWorkerRouters(parts: {
  readonly db: Database;
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly businessClock: Clock;
  readonly logger: Logger;
}): { readonly provisioner: Provisioner; stop(): Promise<void> } {
  const { db, box, clock, businessClock, logger } = parts;
  const router = openRouterDriver(parts);
  const routerApi = { router, accessOf: (nasId: string) => findAccess({ db, box }, nasId) };
  const provisioner = openProvisioner({
    db,
    box,
    routerApi,
    logger,
    clock: businessClock,
    host: hostname(),
    choices: async () => ({
      wall: await readWallChoices(db),
      walledList: (await readSettings(db)).radius_walled_address_list,
    }),
  });
  const polling = openRouterPolling({ db, routerApi, logger, clock });
  return {
    provisioner,
    stop: async () => {
      await Promise.all([provisioner.stop(), polling.stop()]);
      await router.close();
    },
  };
}
