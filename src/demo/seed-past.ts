import type { Database } from '../db/database.ts';
import { parseRateLimit, type RatePair } from '../kernel/bandwidth.ts';
import { LocalHours } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import { listNas } from '../network/nas.store.ts';
import { seededRandom } from '../simulator/random.ts';
import { allowanceOctets } from '../subscribers/plan.ts';
import { listServices, type ServiceListing } from '../subscribers/service.store.ts';
import { ID_BLOCK_SIZE, takeIdBlock } from '../usage/sessions/session.store.ts';
import { DEMO_PLANS, DEMO_ROUTERS, DEMO_TIME_ZONE } from './catalog.ts';
import {
  insertPastDays,
  insertPastSessions,
  markSeeded,
  type PastSessionRow,
  setValidity,
  touchServices,
} from './demo.store.ts';
import { type History, historyOf, type PastDay } from './history.ts';
import type { DemoSubscriber } from './people.ts';

/** How far back the demo remembers. */
export const HISTORY_DAYS = 30;

const hourMs = 3_600_000;
const dayMs = 86_400_000;
const servicesMax = 1_000;
const pageSize = 1_000;

/** A month of sessions and usage, in one transaction with the mark that all is done. */
export async function seedPast(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  subscribers: readonly DemoSubscriber[],
): Promise<void> {
  const toMs = Math.floor(clock.nowMs() / hourMs) * hourMs;
  const services = new Map(
    (await listServices(db, { limit: servicesMax })).map((one) => [one.username, one]),
  );
  const nasIds = new Map((await listNas(db)).map(({ name, id }) => [name, id]));
  const dataLimits = new Map(DEMO_PLANS.map(({ plan }) => [plan.code, plan.dataLimitGb]));
  const random = seededRandom(7);
  const localHours = new LocalHours(DEMO_TIME_ZONE);
  const sessions: Omit<PastSessionRow, 'id'>[] = [];
  const days: (PastDay & { serviceId: string })[] = [];
  for (const [index, subscriber] of subscribers.entries()) {
    const service = services.get(subscriber.username);
    if (service === undefined) continue;
    const history = historyOf({
      rate: rateOf(service),
      demand: subscriber.demand * 1.5,
      totalOctets: totalOf(subscriber, dataLimits.get(subscriber.planCode), random),
      fromMs: toMs - HISTORY_DAYS * dayMs,
      toMs: subscriber.fate === 'ordinary' || subscriber.fate === 'throttled' ? toMs : toMs - 2 * dayMs,
      localHours,
      random,
    });
    const router = DEMO_ROUTERS[subscriber.router];
    const place = {
      nasId: nasIds.get(router.name) ?? '0',
      nasAddress: router.address,
      serviceId: service.id,
      username: subscriber.username,
      mac: subscriber.mac,
      framedIp: subscriber.framedIp ?? `100.64.${index >> 8}.${index & 255}`,
    };
    sessions.push(...rowsOf(history, place, index));
    days.push(...history.days.map((day) => ({ ...day, serviceId: service.id })));
  }
  const ids = await idsFor(db, sessions.length);
  await db.transaction(async (tx) => {
    for (const page of pagesOf(sessions.map((session, at) => ({ ...session, id: ids[at] })))) {
      await insertPastSessions(tx, page);
    }
    for (const page of pagesOf(days)) await insertPastDays(tx, page);
    await setValidity(tx, validityOf(subscribers, services, clock.nowMs()));
    await touchServices(tx);
    await markSeeded(tx);
  });
}

function rowsOf(
  history: History,
  place: Omit<PastSessionRow, 'id' | 'acctSessionId' | keyof History['sessions'][0]>,
  index: number,
) {
  return history.sessions.map((session, number) => ({
    ...session,
    ...place,
    acctSessionId: `8${(index * 4096 + number).toString(16).padStart(7, '0')}`,
  }));
}

function rateOf({ rateLimit, planRateLimit }: ServiceListing): RatePair {
  const parsed = parseRateLimit(rateLimit ?? planRateLimit ?? '');
  return parsed.ok ? parsed.value : { uploadBps: 100_000_000, downloadBps: 100_000_000 };
}

/** Those with an allowance have used part of it, those whose story it is a little more than all. */
function totalOf(
  { fate }: DemoSubscriber,
  dataLimitGb: string | undefined,
  random: () => number,
): number | undefined {
  if (dataLimitGb === undefined) return undefined;
  const share = fate === 'capped' || fate === 'throttled' ? 1.01 + random() * 0.05 : 0.25 + random() * 0.6;
  return Math.round(Number(allowanceOctets(dataLimitGb)) * share);
}

function validityOf(
  subscribers: readonly DemoSubscriber[],
  services: ReadonlyMap<string, ServiceListing>,
  nowMs: number,
): { serviceId: string; expiresAtMs: number }[] {
  return subscribers
    .filter(({ planCode }) => planCode === 'WEEK10')
    .flatMap(({ username, fate }, index) => {
      const serviceId = services.get(username)?.id;
      const expiresAtMs = fate === 'expired' ? nowMs - 2 * dayMs : nowMs + (1 + (index % 6)) * dayMs;
      return serviceId === undefined ? [] : [{ serviceId, expiresAtMs }];
    });
}

async function idsFor(db: Database, count: number): Promise<number[]> {
  const ids: number[] = [];
  while (ids.length < count) {
    const first = await takeIdBlock(db);
    for (let offset = 0; offset < ID_BLOCK_SIZE && ids.length < count; offset += 1) ids.push(first + offset);
  }
  return ids;
}

function* pagesOf<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let at = 0; at < rows.length; at += pageSize) yield rows.slice(at, at + pageSize);
}
