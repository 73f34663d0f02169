import { formatDurationS } from '../../network/routeros/duration.ts';
import type { SimulatedSession } from '../session.ts';
import type { Row } from './query.ts';

/** What the API shows and ends: the sessions of a router, and its time. */
export interface LiveRouter {
  readonly sessions: ReadonlyMap<string, SimulatedSession>;
  /** Sessions that are down. */
  readonly ended: readonly SimulatedSession[];
  readonly bootedAtMs: number;
  /** How often it has been switched on. */
  readonly boots: number;
  /** By the router's time base, without the error of its clock. */
  nowMs(): number;
  readonly clockSkewS: number;
  /** Counts the traffic of a session up to now. */
  count(session: SimulatedSession): void;
  /** Ends a session as `/ppp/active/remove` does: a Stop with cause Admin-Reset. */
  disconnect(session: SimulatedSession): void;
}

/** Ids of items that are not configuration: they begin anew with every boot. */
export class DynamicIds {
  readonly #router: LiveRouter;
  #ids = new Map<SimulatedSession, string>();
  #boots = -1;
  #last = 0;

  constructor(router: LiveRouter) {
    this.#router = router;
  }

  of(session: SimulatedSession): string {
    if (this.#boots !== this.#router.boots) {
      this.#boots = this.#router.boots;
      this.#ids = new Map();
      this.#last = 0;
    }
    const known = this.#ids.get(session);
    if (known !== undefined) return known;
    this.#last += 1;
    const id = `*${(0x80000000 + this.#last).toString(16).toUpperCase()}`;
    this.#ids.set(session, id);
    return id;
  }
}

/** The live session an id stands for in this boot. */
export function sessionOf(router: LiveRouter, ids: DynamicIds, id: string): SimulatedSession | undefined {
  return [...router.sessions.values()].find((session) => ids.of(session) === id);
}

/** The name of the interface and the queue of a session. */
export function interfaceOf(session: SimulatedSession): string {
  return `<${session.subscriber.service}-${session.subscriber.username}>`;
}

/** Items that follow from the live sessions, by menu; empty for menus that show none. */
export function sessionRows(path: string, router: LiveRouter, ids: DynamicIds): Row[] {
  const row = rowsByMenu[path];
  if (row === undefined) return [];
  return [...router.sessions.values()].flatMap((session) => {
    router.count(session);
    const values = row(session, router);
    return values === undefined ? [] : [{ '.id': ids.of(session), ...values }];
  });
}

type RowOf = (session: SimulatedSession, router: LiveRouter) => Row | undefined;

const isPpp = (session: SimulatedSession): boolean =>
  session.subscriber.service === 'pppoe' || session.subscriber.service === 'l2tp';

const rowsByMenu: Readonly<Record<string, RowOf>> = {
  '/ppp/active': (session, router) =>
    isPpp(session)
      ? {
          name: session.subscriber.username,
          service: session.subscriber.service,
          'caller-id': session.subscriber.mac,
          address: session.framedIp,
          uptime: formatDurationS(session.sessionTimeS(router.nowMs())),
          encoding: '',
          'session-id': `0x${session.acctSessionId}`,
          radius: String(session.isRadius),
        }
      : undefined,
  '/interface': (session) =>
    isPpp(session)
      ? {
          name: interfaceOf(session),
          type: `${session.subscriber.service}-in`,
          dynamic: 'true',
          running: 'true',
          disabled: 'false',
          'rx-byte': String(session.uploadOctets),
          'tx-byte': String(session.downloadOctets),
        }
      : undefined,
  '/interface/pppoe-server': (session, router) =>
    session.subscriber.service === 'pppoe'
      ? {
          name: interfaceOf(session),
          user: session.subscriber.username,
          service: 'internet',
          'remote-address': session.subscriber.mac,
          uptime: formatDurationS(session.sessionTimeS(router.nowMs())),
          mtu: '1480',
        }
      : undefined,
  '/queue/simple': (session) => {
    const { rateLimit } = session.terms;
    if (rateLimit === undefined) return undefined;
    const { burst, threshold, time } = rateLimit;
    const pair = (rates: { uploadBps: number; downloadBps: number } | undefined): string =>
      rates === undefined ? '0/0' : `${rates.uploadBps}/${rates.downloadBps}`;
    return {
      name: interfaceOf(session),
      target: interfaceOf(session),
      'max-limit': pair(rateLimit),
      'burst-limit': pair(burst),
      'burst-threshold': pair(burst === undefined ? undefined : (threshold ?? rateLimit)),
      'burst-time': time === undefined ? '0s/0s' : `${time.uploadS}s/${time.downloadS}s`,
      bytes: `${session.uploadOctets}/${session.downloadOctets}`,
      dynamic: 'true',
      disabled: 'false',
    };
  },
  '/ip/firewall/address-list': (session) =>
    session.terms.addressList === undefined
      ? undefined
      : { list: session.terms.addressList, address: session.framedIp, dynamic: 'true', disabled: 'false' },
};
