import type { Temporal } from 'temporal-polyfill';
import { reviewServiceQuota } from '../billing/quota/quota-review.service.ts';
import { parseRateLimit, type RatePair } from '../kernel/bandwidth.ts';
import { startOfDay } from '../kernel/calendar.ts';
import type { ServiceId } from '../kernel/ids.ts';
import { listNas } from '../network/nas/nas.store.ts';
import { seededRandom } from '../simulator/random.ts';
import { allowanceOctets } from '../subscribers/catalog/plan.ts';
import { ID_BLOCK_SIZE, takeIdBlock } from '../usage/sessions/session.store.ts';
import { DEMO_PLANS, DEMO_ROUTERS, DEMO_TIME_ZONE } from './catalog.ts';
import {
  bookUnlimited,
  insertPastDays,
  insertPastSessions,
  type PastSessionRow,
  servicesInUse,
  servicesNearLimit,
} from './demo.store.ts';
import type { DemoSubscriber } from './people.ts';
import { dayOf, demandFor, sessionsOf, type UsedHour, usedHours } from './traffic.ts';
import type { Person, YearPeople, YearSite } from './year-people.ts';

/** Sessions are remembered so long; usage by day for the whole year. */
export const SESSION_DAYS = 30;

const dayMs = 86_400_000;
const pageSize = 1_000;
/** How much of an allowance is used in a month by who stays below it, and by whose story it is to go beyond. */
const ORDINARY_SHARE = { least: 0.25, more: 0.5 };
const HEAVY_SHARE = 1.35;
/** Who pays for more uses more. */
const BUSINESS_FACTOR = 1.6;
const MONTH_DAYS = 30;

/** What the lines of the demo carry: by day through the year, and as sessions in the last month. */
export class YearTraffic {
  readonly #site: YearSite;
  readonly #people: YearPeople;
  readonly #random = seededRandom(7);
  readonly #recent = new Map<ServiceId, UsedHour[]>();

  constructor(site: YearSite, people: YearPeople) {
    this.#site = site;
    this.#people = people;
  }

  /** The traffic of a local day, up to now: counted into its segments, with what the allowances demand. */
  async carry(date: Temporal.PlainDate, daysAgo: number): Promise<void> {
    const { tx, db, clock } = this.#site;
    const fromMs = startOfDay(date, DEMO_TIME_ZONE).epochMilliseconds;
    const toMs = Math.min(fromMs + dayMs, clock.presentMs);
    const inUse = new Set(await servicesInUse(tx));
    const rows = [];
    for (const person of this.#people.joined) {
      if (!inUse.has(person.serviceId) || person.biography.joinedDaysAgo <= daysAgo) continue;
      const line = lineOf(person);
      const hours = usedHours({ ...line, fromMs, toMs, firstHour: 0, random: this.#random });
      if (hours.length === 0) continue;
      rows.push({ ...dayOf(hours), serviceId: person.serviceId });
      if (daysAgo < SESSION_DAYS) this.#remember(person.serviceId, hours);
    }
    if (rows.length > 0) await insertPastDays(tx, { date: date.toString(), atMs: toMs - 1, rows });
    if (!clock.goTo(date, (toMs - fromMs) / 60_000 - 1)) return;
    for (const serviceId of await servicesNearLimit(tx, clock.nowMs())) {
      await reviewServiceQuota({ db, clock }, { kind: 'system', name: 'demo' }, serviceId);
    }
  }

  /** Books what is left, and writes the last month as sessions, which tell of the same octets as its days. */
  async finish(): Promise<void> {
    const { tx } = this.#site;
    await bookUnlimited(tx, DEMO_TIME_ZONE);
    const nasIds = new Map((await listNas(tx)).map(({ name, id }) => [name, id]));
    const rows: Omit<PastSessionRow, 'id'>[] = [];
    for (const { subscriber, serviceId, index } of this.#people.joined) {
      const router = DEMO_ROUTERS[subscriber.router];
      const sessions = sessionsOf(this.#recent.get(serviceId) ?? [], this.#random);
      for (const [number, session] of sessions.entries()) {
        rows.push({
          ...session,
          serviceId,
          nasId: nasIds.get(router.name) ?? '0',
          nasAddress: router.address,
          username: subscriber.username,
          mac: subscriber.mac,
          framedIp: subscriber.framedIp ?? `100.64.${index >> 8}.${index & 255}`,
          acctSessionId: `8${(index * 4096 + number).toString(16).padStart(7, '0')}`,
        });
      }
    }
    const ids = await this.#sessionIds(rows.length);
    for (let at = 0; at < rows.length; at += pageSize) {
      const page = rows.slice(at, at + pageSize).map((row, offset) => ({ ...row, id: ids[at + offset] }));
      await insertPastSessions(tx, page);
    }
  }

  #remember(serviceId: ServiceId, hours: readonly UsedHour[]): void {
    const known = this.#recent.get(serviceId) ?? [];
    known.push(...hours);
    this.#recent.set(serviceId, known);
  }

  async #sessionIds(count: number): Promise<number[]> {
    const ids: number[] = [];
    while (ids.length < count) {
      const first = await takeIdBlock(this.#site.db);
      for (let offset = 0; offset < ID_BLOCK_SIZE && ids.length < count; offset += 1)
        ids.push(first + offset);
    }
    return ids;
  }
}

/** How a line is used: by what its subscriber likes, or as a share of the allowance it has. */
function lineOf({ subscriber, index }: Person): { rate: RatePair; demand: number } {
  const plan = DEMO_PLANS.find(({ plan: { code } }) => code === subscriber.planCode)?.plan;
  const parsed = parseRateLimit(plan?.rateLimit ?? '');
  const rate = parsed.ok ? parsed.value : { uploadBps: 100_000_000, downloadBps: 100_000_000 };
  if (plan?.dataLimitGb === undefined) return { rate, demand: subscriber.demand * 1.5 };
  const share =
    plan.limitAction === 'overage'
      ? shareOf(subscriber, index) * BUSINESS_FACTOR
      : shareOf(subscriber, index);
  const octets = Number(allowanceOctets(plan.dataLimitGb)) * share;
  return { rate, demand: demandFor(octets / MONTH_DAYS, rate) };
}

function shareOf({ fate }: DemoSubscriber, index: number): number {
  if (fate === 'capped' || fate === 'throttled') return HEAVY_SHARE;
  return ORDINARY_SHARE.least + seededRandom(index)() * ORDINARY_SHARE.more;
}
