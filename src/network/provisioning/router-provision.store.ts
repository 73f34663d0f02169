import { eq } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { routerProvisions } from '../../db/schema/routers.ts';

/** How a service is kept on its router. */
export interface Provision {
  readonly serviceId: string;
  readonly nasId: string;
  readonly kind: 'ppp' | 'ipoe';
  readonly pppService: string;
  readonly isLeaving: boolean;
  readonly state: 'pending' | 'applying' | 'applied';
  readonly appliedAt: Date | undefined;
  readonly tries: number;
  readonly outcome: string | undefined;
  readonly nextTryAt: Date;
}

/** A provision taken for carrying out: nobody else has it until the claim lapses. */
export interface ClaimedProvision extends Provision {
  readonly host: string;
  /** The version of the service that is about to be applied. */
  readonly version: number;
  readonly passwordDigest: Buffer | undefined;
}

/** What of a service goes to its router; secrets are sealed. */
export interface ProvisionedService {
  readonly username: string;
  readonly passwordEnc: Buffer;
  readonly macAddress: string | undefined;
  readonly framedIp: string | undefined;
  readonly framedPool: string | undefined;
  readonly addressList: string | undefined;
  readonly isCancelled: boolean;
}

/** How a service is kept on its router, locked; undefined for one that RADIUS alone enforces. */
export async function lockProvision(tx: Transaction, serviceId: string): Promise<Provision | undefined> {
  const [row] = await orm(tx)
    .select()
    .from(routerProvisions)
    .where(eq(routerProvisions.serviceId, BigInt(serviceId)))
    .for('no key update');
  return row && toProvision(row);
}

/** How a service is kept on its router. */
export async function readProvision(q: Queryable, serviceId: string): Promise<Provision | undefined> {
  const [row] = await orm(q)
    .select()
    .from(routerProvisions)
    .where(eq(routerProvisions.serviceId, BigInt(serviceId)));
  return row && toProvision(row);
}

/** Keeps a service on a router from now on, or marks what is there for taking off. */
export async function putProvision(
  tx: Transaction,
  given: Pick<Provision, 'serviceId' | 'nasId' | 'kind' | 'pppService' | 'isLeaving'>,
): Promise<void> {
  await tx.query(
    `insert into router_provisions (service_id, nas_id, kind, ppp_service, is_leaving)
     values ($1::bigint, $2::bigint, $3::text, $4::text, $5::boolean)
     on conflict (service_id) do update set nas_id = excluded.nas_id, kind = excluded.kind,
       ppp_service = excluded.ppp_service, is_leaving = excluded.is_leaving, applied_version = null, state = 'pending',
       tries = 0, next_try_at = now()`,
    [given.serviceId, given.nasId, given.kind, given.pppService, given.isLeaving],
  );
}

/**
 * Takes what is due: never applied, applied for an older version of its service, or failed and waited. The claim is
 * the lock of the service: one host, one change at a time. It lapses when its host died.
 */
export async function claimProvisions(
  db: Queryable,
  claim: {
    readonly host: string;
    readonly limit: number;
    readonly lapseS: number;
    /** Provisions this host is carrying out by router, and how many of one router it may. */
    readonly busy: ReadonlyMap<string, number>;
    readonly perNasMax: number;
  },
): Promise<ClaimedProvision[]> {
  const { host, limit, lapseS, busy, perNasMax } = claim;
  const rows = await db.query<ClaimRow>(
    `with ready as (
       select p.service_id, row_number() over (partition by p.nas_id order by p.next_try_at) + coalesce(b.claims, 0) as place
       from router_provisions p join isp_services s on s.id = p.service_id
       left join unnest($4::bigint[], $5::int[]) as b(nas_id, claims) on b.nas_id = p.nas_id
       where (p.state <> 'applied' and p.next_try_at <= now()) or
         (p.state = 'applied' and p.applied_version is distinct from s.version)
     ), due as (
       select p.service_id, s.version from router_provisions p join isp_services s on s.id = p.service_id
       join ready r on r.service_id = p.service_id
       where r.place <= $6::int and ((p.state <> 'applied' and p.next_try_at <= now()) or
         (p.state = 'applied' and p.applied_version is distinct from s.version))
       order by p.next_try_at limit $2::int for update of p skip locked
     )
     update router_provisions p set state = 'applying', host = $1::text, tries = p.tries + 1,
       next_try_at = now() + make_interval(secs => $3::int)
     from due where p.service_id = due.service_id
     returning p.service_id, p.nas_id, p.kind, p.ppp_service, p.is_leaving, p.state, p.applied_at, p.tries, p.outcome,
       p.next_try_at, p.password_digest, due.version`,
    [host, limit, lapseS, [...busy.keys()], [...busy.values()], perNasMax],
  );
  return rows.map((row) => ({
    serviceId: String(row.service_id),
    nasId: String(row.nas_id),
    kind: row.kind,
    pppService: row.ppp_service,
    isLeaving: row.is_leaving,
    state: row.state,
    appliedAt: row.applied_at ?? undefined,
    tries: row.tries,
    outcome: row.outcome ?? undefined,
    nextTryAt: row.next_try_at,
    host,
    version: row.version,
    passwordDigest: row.password_digest ?? undefined,
  }));
}

/** The router has it. What changed meanwhile is due again by its version; a claim that lapsed writes nothing. */
export async function finishProvision(
  db: Queryable,
  claim: ClaimedProvision,
  done: { readonly outcome: string; readonly passwordDigest: Buffer },
): Promise<void> {
  await db.query(
    `update router_provisions set state = 'applied', applied_version = $4::int, applied_at = now(), tries = 0, outcome = $5::text, password_digest = $6::bytea
     where service_id = $1::bigint and host = $2::text and tries = $3::int and state = 'applying'`,
    [claim.serviceId, claim.host, claim.tries, claim.version, done.outcome, done.passwordDigest],
  );
}

/** What was to leave the router has left it. */
export async function forgetProvision(db: Queryable, claim: ClaimedProvision): Promise<void> {
  await db.query(
    `delete from router_provisions where service_id = $1::bigint and host = $2::text and tries = $3::int
       and state = 'applying' and is_leaving`,
    [claim.serviceId, claim.host, claim.tries],
  );
}

/** It did not work: visible with its reason until the next try. */
export async function retryProvision(
  db: Queryable,
  claim: ClaimedProvision,
  { delayMs, outcome }: { readonly delayMs: number; readonly outcome: string },
): Promise<void> {
  await db.query(
    `update router_provisions set state = 'pending', outcome = $4::text,
       next_try_at = now() + make_interval(secs => $5::float8 / 1000)
     where service_id = $1::bigint and host = $2::text and tries = $3::int and state = 'applying'`,
    [claim.serviceId, claim.host, claim.tries, outcome, delayMs],
  );
}

/** Makes everything that was applied be looked at again; returns how many. */
export async function recheckProvisions(db: Queryable): Promise<number> {
  const rows = await db.query(
    `update router_provisions set state = 'pending', next_try_at = now() where state = 'applied' returning 1`,
  );
  return rows.length;
}

/** What of a service goes to its router; undefined when there is no such service. */
export async function provisionedService(
  tx: Queryable,
  serviceId: string,
): Promise<ProvisionedService | undefined> {
  const [row] = await tx.query<ServiceRow>(
    `select s.username, s.password_enc, s.mac_address, host(s.framed_ip) as framed_ip, s.status,
       coalesce(s.framed_pool, p.pool) as framed_pool, p.address_list
     from isp_services s join isp_packages p on p.id = s.package_id where s.id = $1::bigint`,
    [serviceId],
  );
  return (
    row && {
      username: row.username,
      passwordEnc: row.password_enc,
      macAddress: row.mac_address ?? undefined,
      framedIp: row.framed_ip ?? undefined,
      framedPool: row.framed_pool ?? undefined,
      addressList: row.address_list ?? undefined,
      isCancelled: row.status === 'cancelled',
    }
  );
}

function toProvision(row: typeof routerProvisions.$inferSelect): Provision {
  return {
    serviceId: row.serviceId.toString(),
    nasId: row.nasId.toString(),
    // The check constraints of the table allow no other words.
    kind: row.kind as Provision['kind'],
    pppService: row.pppService,
    isLeaving: row.isLeaving,
    state: row.state as Provision['state'],
    appliedAt: row.appliedAt ?? undefined,
    tries: row.tries,
    outcome: row.outcome ?? undefined,
    nextTryAt: row.nextTryAt,
  };
}

interface ClaimRow {
  readonly service_id: string;
  readonly nas_id: string;
  readonly kind: 'ppp' | 'ipoe';
  readonly ppp_service: string;
  readonly is_leaving: boolean;
  readonly state: Provision['state'];
  readonly applied_at: Date | null;
  readonly tries: number;
  readonly outcome: string | null;
  readonly next_try_at: Date;
  readonly password_digest: Buffer | null;
  readonly version: number;
}

interface ServiceRow {
  readonly username: string;
  readonly password_enc: Buffer;
  readonly mac_address: string | null;
  readonly framed_ip: string | null;
  readonly framed_pool: string | null;
  readonly address_list: string | null;
  readonly status: string;
}
