import type { Queryable } from '../../db/database.ts';
import { fupRateOf } from '../../subscribers/catalog/fup.ts';
import { countedOctetsSql } from '../../subscribers/counted-octets.ts';
import type { ServiceStatus } from '../../subscribers/service-status.ts';
import type { ServiceFacts } from '../desired-state.ts';
import type { DynauthAttribute } from '../dynauth.port.ts';
import type { OpenEnforcement } from './enforcement-merge.ts';
import { SUPERSEDED } from './enforcement-report.ts';

/**
 * What the data says about a service, its row locked until the end of the transaction, so that two plans for one
 * service are made one after the other and the later one sees the later state. Undefined when there is none.
 */
export function lockServiceFacts(
  tx: Queryable,
  serviceId: string,
  nowMs: number,
): Promise<ServiceFacts | undefined> {
  return selectFacts(tx, { serviceId, nowMs, lock: 'for no key update of s' });
}

/** What the data says about a service at an instant of the business clock. */
export function readServiceFacts(
  q: Queryable,
  serviceId: string,
  nowMs: number,
): Promise<ServiceFacts | undefined> {
  return selectFacts(q, { serviceId, nowMs, lock: '' });
}

/** What the data says about many services at an instant of the business clock, by id. */
export function readManyServiceFacts(
  q: Queryable,
  serviceIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, ServiceFacts>> {
  return selectManyFacts(q, { serviceIds, nowMs, lock: '' });
}

/** The same, their rows locked in the order of their ids. */
export function lockManyServiceFacts(
  tx: Queryable,
  serviceIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, ServiceFacts>> {
  return selectManyFacts(tx, { serviceIds, nowMs, lock: 'order by s.id for no key update of s' });
}

async function selectManyFacts(
  q: Queryable,
  wanted: { readonly serviceIds: readonly string[]; readonly nowMs: number; readonly lock: string },
): Promise<ReadonlyMap<string, ServiceFacts>> {
  const { serviceIds, nowMs, lock } = wanted;
  const rows = await q.query<ServiceRow>(`${FACTS} where s.id = any($2::bigint[]) ${lock}`, [
    new Date(nowMs),
    serviceIds,
  ]);
  return new Map(rows.map((row) => [String(row.id), toFacts(row)]));
}

async function selectFacts(
  q: Queryable,
  wanted: {
    readonly serviceId: string;
    readonly nowMs: number;
    readonly lock: '' | 'for no key update of s';
  },
): Promise<ServiceFacts | undefined> {
  const { serviceId, nowMs, lock } = wanted;
  const [row] = await q.query<ServiceRow>(`${FACTS} where s.id = $2::bigint ${lock}`, [
    new Date(nowMs),
    serviceId,
  ]);
  return row && toFacts(row);
}

const FACTS = `select s.id, s.status, s.reason, s.expires_at, s.rate_limit, s.rate_limit_until, s.state_version,
   s.radius_attributes, p.rate_limit as plan_rate_limit, p.radius_attributes as plan_attributes, p.fup,
   coalesce(g.terms ->> 'limit_action', p.limit_action) as limit_action,
   coalesce(${countedOctetsSql('g')} >= g.allowance_octets, false) as is_used
 from isp_services s join isp_packages p on p.id = s.package_id
 left join isp_service_segments g on g.service_id = s.id and g.allowance_octets is not null
   and g.from_at <= $1::timestamptz and (g.to_at is null or g.to_at > $1::timestamptz)`;

function toFacts(row: ServiceRow): ServiceFacts {
  return {
    status: row.status,
    reason: row.reason ?? undefined,
    expiresAtMs: row.expires_at?.getTime(),
    rateLimit: row.rate_limit ?? rateAmong(row.radius_attributes),
    rateLimitUntilMs: row.rate_limit_until?.getTime(),
    planRateLimit: row.plan_rate_limit ?? rateAmong(row.plan_attributes),
    fupRateLimit: fupRateOf(row.fup),
    limitAction: row.limit_action,
    isAllowanceUsed: row.is_used,
    stateVersion: row.state_version,
  };
}

/** Enforcements of services that are not done, oldest first, by session. */
export async function openEnforcementsOf(
  tx: Queryable,
  serviceIds: readonly string[],
): Promise<ReadonlyMap<string, readonly OpenEnforcement[]>> {
  const rows = await tx.query<OpenRow>(
    `select id, session_id, kind, cause, attributes, state = 'sending' as is_sending from enforcements
     where service_id = any($1::bigint[]) and done_at is null order by id`,
    [serviceIds],
  );
  const bySession = new Map<string, OpenEnforcement[]>();
  for (const row of rows) {
    const sessionId = String(row.session_id);
    const entry = bySession.get(sessionId) ?? [];
    entry.push({
      id: String(row.id),
      kind: row.kind,
      cause: row.cause,
      attributes: row.attributes,
      isSending: row.is_sending,
    });
    bySession.set(sessionId, entry);
  }
  return bySession;
}

/** Sessions of services whose Disconnect a NAS acknowledged less than `withinMs` ago: their Stop is on its way. */
export async function justDisconnected(
  tx: Queryable,
  { serviceIds, withinMs }: { serviceIds: readonly string[]; withinMs: number },
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ session_id: string }>(
    `select session_id from enforcements where service_id = any($1::bigint[]) and kind = 'disconnect'
       and state = 'acknowledged' and done_at > now() - make_interval(secs => $2::float8 / 1000)`,
    [serviceIds, withinMs],
  );
  return new Set(rows.map((row) => String(row.session_id)));
}

/** Whether a Disconnect was ordered by hand for this service at or after an instant of the database's clock. */
export async function hasRequestedDisconnectSince(
  tx: Queryable,
  { serviceId, since }: { serviceId: string; since: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from enforcements where service_id = $1::bigint and cause = 'disconnect_requested'
       and created_at >= $2::timestamptz limit 1`,
    [serviceId, since],
  );
  return rows.length > 0;
}

/** An order that is not written yet. */
export interface NewEnforcement {
  readonly serviceId: string;
  readonly sessionId: string;
  readonly nasId: string;
  readonly kind: 'coa' | 'disconnect';
  readonly cause: string;
  readonly attributes: readonly DynauthAttribute[];
}

/** A new order for one session; the trigger on the table wakes the RADIUS roles after commit. */
export function insertEnforcement(tx: Queryable, order: NewEnforcement): Promise<void> {
  return insertEnforcements(tx, [order]);
}

/** New orders, in this order. */
export async function insertEnforcements(tx: Queryable, orders: readonly NewEnforcement[]): Promise<void> {
  if (orders.length === 0) return;
  await tx.query(
    `insert into enforcements (service_id, session_id, nas_id, kind, cause, attributes)
     select service_id, session_id, nas_id, kind, cause, attributes::jsonb
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[]) with ordinality
       as t(service_id, session_id, nas_id, kind, cause, attributes, place)
     order by place`,
    [
      orders.map(({ serviceId }) => serviceId),
      orders.map(({ sessionId }) => sessionId),
      orders.map(({ nasId }) => nasId),
      orders.map(({ kind }) => kind),
      orders.map(({ cause }) => cause),
      orders.map(({ attributes }) => JSON.stringify(attributes)),
    ],
  );
}

/** Ends waiting orders that a newer plan made pointless; those on the wire are left alone. */
export async function supersedeEnforcements(tx: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update enforcements set state = 'gone', done_at = now(), outcome = $2::text
     where id = any($1::bigint[]) and state = 'pending' and done_at is null`,
    [ids, SUPERSEDED],
  );
}

/** Makes waiting orders due now; what their last try met no longer counts. */
export async function hurryEnforcements(tx: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update enforcements set next_try_at = now(), last_answer = null
     where id = any($1::bigint[]) and state = 'pending' and done_at is null and next_try_at > now()`,
    [ids],
  );
}

/** A rate given as a custom attribute instead of by its own column, `[{name, value}]`. */
function rateAmong(attributes: unknown): string | undefined {
  if (!Array.isArray(attributes)) return undefined;
  const rate: unknown = attributes.find((one: unknown) => textField(one, 'name') === 'Mikrotik-Rate-Limit');
  return textField(rate, 'value');
}

function textField(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'string' ? field : undefined;
}

interface ServiceRow {
  readonly id: string;
  readonly status: ServiceStatus;
  readonly reason: string | null;
  readonly expires_at: Date | null;
  readonly rate_limit: string | null;
  readonly rate_limit_until: Date | null;
  readonly state_version: number;
  readonly radius_attributes: unknown;
  readonly plan_rate_limit: string | null;
  readonly plan_attributes: unknown;
  readonly fup: unknown;
  readonly limit_action: string;
  readonly is_used: boolean;
}

interface OpenRow {
  readonly id: string;
  readonly session_id: string;
  readonly kind: 'coa' | 'disconnect';
  readonly cause: string;
  readonly attributes: readonly DynauthAttribute[];
  readonly is_sending: boolean;
}
