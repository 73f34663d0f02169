import type { Database } from '../db/database.ts';
import { systemClock } from '../kernel/clock.ts';
import { randomFraction } from '../kernel/ids.ts';
import { pinFingerprint } from '../network/connection/mikrotik-connection.store.ts';
import type { RouterPort } from '../network/router.port.ts';
import { openRouterOs } from '../network/routeros/routeros.adapter.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Lends the RouterOS driver for the time of a command; a certificate seen for the first time is pinned. */
export async function withRouterDriver<T>(
  db: Database,
  work: (router: RouterPort) => Promise<T>,
): Promise<T> {
  const pins: Promise<void>[] = [];
  const router = openRouterOs({
    clock: systemClock,
    logger: silent,
    random: randomFraction,
    learnFingerprint: ({ routerId }, fingerprint) =>
      void pins.push(pinFingerprint(db, routerId, fingerprint)),
  });
  try {
    return await work(router);
  } finally {
    await router.close();
    await Promise.all(pins);
  }
}
