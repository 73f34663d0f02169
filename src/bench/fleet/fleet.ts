import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../kernel/errors.ts';
import { SimulatedRouter } from '../../simulator/router.ts';
import { RouterOsApi } from '../../simulator/routeros/api-server.ts';
import { subscriber } from '../../simulator/subscriber.ts';
import { busiestSecond } from '../measure/busiest-second.ts';
import {
  type FleetAnswer,
  type FleetLine,
  type FleetOrder,
  fleetOrder,
  type RateCount,
  type RouterPlace,
  type TakenOrders,
} from './fleet-messages.ts';

const DIALS_AT_ONCE = 32;
/** News of subscribers and routers reach the server's memory a moment after they are stored. */
const DIAL_TRIES = 25;
const DIAL_AGAIN_MS = 200;
/** The mark of the entry that the set-up script makes. */
const COMMENT = 'netflow-isp';

interface FleetRouter {
  readonly router: SimulatedRouter;
  readonly api: RouterOsApi;
}

/** The simulated routers of the bench, in a process of their own; it obeys one order at a time. */
class Fleet {
  readonly #routers: FleetRouter[] = [];

  async obey(order: FleetOrder): Promise<FleetAnswer> {
    switch (order.type) {
      case 'open':
        for (const place of order.routers) this.#routers.push(await openRouter(place, order));
        return {
          type: 'opened',
          routers: this.#routers.map(({ router, api }) => ({
            address: router.address,
            coaPort: router.coaPort,
            apiPort: api.port,
          })),
        };
      case 'dial':
        return this.#dial(order.lines);
      case 'take_orders':
        return { type: 'orders', orders: this.#takeOrders() };
      case 'rates':
        return { type: 'rates', rates: this.#rates() };
      case 'shut_down':
        await Promise.all(this.#routers.map(({ router }) => router.shutDown()));
        await Promise.all(this.#routers.map(({ api }) => api.stop()));
        this.#routers.length = 0;
        return { type: 'done' };
    }
  }

  async #dial(lines: readonly FleetLine[]): Promise<FleetAnswer> {
    const left = [...lines];
    let up = 0;
    let firstRefusal: string | undefined;
    const work = async (): Promise<void> => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const refusal = await this.#bringUp(next);
        if (refusal === undefined) up += 1;
        else firstRefusal ??= refusal;
      }
    };
    await Promise.all(Array.from({ length: DIALS_AT_ONCE }, work));
    return { type: 'dialled', up, ...(firstRefusal === undefined ? {} : { firstRefusal }) };
  }

  /** Undefined once the session is up and its Start acknowledged. */
  async #bringUp({ router: index, username, password }: FleetLine): Promise<string | undefined> {
    let refusal = 'nobody answers';
    for (let tries = 0; tries < DIAL_TRIES; tries += 1) {
      const result = await this.#routers[index]?.router.dial(subscriber({ username, password }));
      if (result?.outcome === 'up') return (await result.started) ? undefined : 'its Start has no answer';
      if (result?.outcome === 'rejected') refusal = result.reason;
      await sleep(DIAL_AGAIN_MS);
    }
    return refusal;
  }

  #takeOrders(): TakenOrders {
    const taken = { coa: 0, disconnects: 0, busiestSecond: 0, routers: 0 };
    for (const { router } of this.#routers) {
      const received = router.listener.received.splice(0);
      if (received.length === 0) continue;
      taken.routers += 1;
      // A retransmission is the same octets again.
      const once = new Map(received.map((one) => [one.datagram.toString('latin1'), one.kind]));
      for (const kind of once.values()) {
        if (kind === 'coa') taken.coa += 1;
        else taken.disconnects += 1;
      }
      taken.busiestSecond = Math.max(taken.busiestSecond, busiestSecond(received.map(({ atMs }) => atMs)));
    }
    return taken;
  }

  #rates(): RateCount[] {
    const sessionsByRate = new Map<string, number>();
    for (const { router } of this.#routers) {
      for (const { terms } of router.sessions.values()) {
        const limit = terms.rateLimit;
        const rate = limit === undefined ? 'none' : `${limit.uploadBps}/${limit.downloadBps}`;
        sessionsByRate.set(rate, (sessionsByRate.get(rate) ?? 0) + 1);
      }
    }
    return [...sessionsByRate].map(([rate, sessions]) => ({ rate, sessions }));
  }
}

/** As the set-up script leaves a router: api-ssl, a user of its own, and our entry in `/radius`. */
async function openRouter(place: RouterPlace, order: FleetOrder & { type: 'open' }): Promise<FleetRouter> {
  const { authPort, acctPort, apiUser } = order;
  const router = await SimulatedRouter.open({
    ...place,
    server: { host: '127.0.0.1', authPort, acctPort },
    coaPort: 0,
  });
  router.config.menu('/user').add({ ...apiUser, group: 'isp-billing' });
  const entry = { service: 'ppp', address: '127.0.0.1', secret: place.secret, comment: COMMENT };
  router.config.menu('/radius').add(entry);
  return { router, api: await RouterOsApi.open(router, { isTls: true }) };
}

const fleet = new Fleet();

process.on('message', (message) => {
  fleet
    .obey(fleetOrder.parse(message))
    .catch((error: unknown): FleetAnswer => ({ type: 'failed', message: messageOf(error) }))
    .then((answer) => process.send?.(answer))
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
