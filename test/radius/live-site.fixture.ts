import { openListener } from '../../src/db/listener.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { serviceEventHandlers } from '../../src/network/enforcement/service-events.handler.ts';
import { readWallChoices } from '../../src/network/enforcement/wall-choices.service.ts';
import { addNas } from '../../src/network/nas/nas.service.ts';
import { openDispatcher } from '../../src/platform/events/dispatcher.service.ts';
import { SimulatedRouter } from '../../src/simulator/router.ts';
import type { SimulatedSession } from '../../src/simulator/session.ts';
import { subscriber } from '../../src/simulator/subscriber.ts';
import { openServiceSite, type ServiceSite } from '../http/services.fixture.ts';
import { nasSecret, RadiusSite } from '../support/radius-server.ts';
import { silentLogger } from '../support/silent-logger.ts';

/** The API, the RADIUS role, the part of the worker that turns events into orders, and a router with subscribers. */
export interface LiveSite extends ServiceSite {
  readonly router: SimulatedRouter;
  /** Dials until the server lets the subscriber in; how long that took is answered too. */
  dial(
    username: string,
    password: string,
    demand?: number,
  ): Promise<{ session: SimulatedSession; tookMs: number }>;
  close(): Promise<void>;
}

/** Opens it for one test file, with the router `tower-1` at an address of loopback that no other file uses. */
export async function openLiveSite(address: string): Promise<LiveSite> {
  const site = await openServiceSite();
  const radius = new RadiusSite(site.api.databaseUrl);
  const { authPort, acctPort } = await radius.start();
  const closeWorker = await openWorker(site);
  const router = await SimulatedRouter.open({
    address,
    identity: 'tower-1',
    server: { host: '127.0.0.1', authPort, acctPort },
    secret: nasSecret,
    coaPort: 0,
  });
  await addNas(site.api.deps, { name: 'tower-1', address, secret: nasSecret, coaPort: router.coaPort });
  return {
    ...site,
    router,
    dial: (username, password, demand) => dial(router, { username, password, demand }),
    close: async () => {
      router.close();
      await closeWorker();
      await radius.close();
      await site.api.close();
    },
  };
}

async function openWorker({ api: { db, databaseUrl: url } }: ServiceSite): Promise<() => Promise<void>> {
  const common = { db, clock: systemClock, logger: silentLogger, wallChoices: () => readWallChoices(db) };
  const dispatcher = openDispatcher({ ...common, handlers: serviceEventHandlers(common) });
  let close: () => Promise<void> = async () => undefined;
  await new Promise<void>((resolve) => {
    const listener = openListener({
      url,
      channel: 'netflow_changes',
      onConnected: resolve,
      onNotify: (payload) => {
        if (payload === 'outbox') dispatcher.wake();
      },
    });
    close = async () => {
      await listener.close();
      await dispatcher.stop();
    };
  });
  return close;
}

async function dial(
  router: SimulatedRouter,
  who: { username: string; password: string; demand: number | undefined },
): Promise<{ session: SimulatedSession; tookMs: number }> {
  const { demand, ...login } = who;
  const beganMs = performance.now();
  for (;;) {
    const result = await router.dial(subscriber({ ...login, ...(demand === undefined ? {} : { demand }) }));
    const tookMs = performance.now() - beganMs;
    if (result.outcome === 'up') return { session: result.session, tookMs };
    if (tookMs > 10_000) throw new Error(`${who.username} is not let in: ${JSON.stringify(result)}`);
  }
}
