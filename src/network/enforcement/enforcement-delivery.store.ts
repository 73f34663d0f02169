import type { Queryable } from '../../db/database.ts';
import type { DynauthAttribute } from '../dynauth.port.ts';

/** An order taken for sending, with all that is needed to send it. */
export interface ClaimedEnforcement {
  readonly id: string;
  readonly serviceId: string;
  readonly sessionId: string;
  readonly nasId: string;
  readonly kind: 'coa' | 'disconnect';
  readonly cause: string;
  readonly attributes: readonly DynauthAttribute[];
  /** Counts this claim: 1 the first time. */
  readonly tries: number;
  readonly session: ClaimedSession | undefined;
  readonly nas: ClaimedNas | undefined;
}

/** How the router knows the session. */
export interface ClaimedSession {
  readonly isClosed: boolean;
  readonly username: string;
  readonly acctSessionId: string;
  readonly framedIp: string | undefined;
  /** Where the session's last report came from. */
  readonly nasAddress: string;
}

/** Where and how to reach the router; secrets are sealed. */
export interface ClaimedNas {
  readonly coaPort: number;
  readonly timeoutMs: number;
  readonly tries: number;
  readonly secretEnc: Buffer;
  readonly previousSecretEnc: Buffer | undefined;
}

/**
 * Takes due orders for this host. Only the oldest open order of a session can be taken, so that no two are on the
 * wire at once whichever hosts run. An order whose NAS another host heard last is left to that host for
 * `takeOverMs`. The claim lapses after twice the time all retransmissions take, and the time the
 * API of a router may take: its sender is then dead.
 */
export async function claimEnforcements(
  db: Queryable,
  claim: {
    readonly host: string;
    readonly limit: number;
    readonly takeOverMs: number;
    /** Orders this host is carrying out by NAS. */
    readonly busy?: ReadonlyMap<string, number>;
    readonly perNasMax?: number;
  },
): Promise<ClaimedEnforcement[]> {
  const { host, limit, takeOverMs, busy = new Map<string, number>(), perNasMax = limit } = claim;
  const rows = await db.query<ClaimRow>(
    `with ready as (
       select e.id, row_number() over (partition by e.nas_id order by e.next_try_at, e.id) + coalesce(b.orders, 0) as place
       from enforcements e left join unnest($4::bigint[], $5::int[]) as b(nas_id, orders) on b.nas_id = e.nas_id
       where e.done_at is null and e.next_try_at <= now()
         and not exists (select 1 from enforcements older
           where older.session_id = e.session_id and older.id < e.id and older.done_at is null)
         and (e.next_try_at <= now() - make_interval(secs => $3::float8 / 1000) or not exists (
           select 1 from nas_contacts other where other.nas_id = e.nas_id and other.host <> $1::text
             and greatest(other.last_auth_at, other.last_acct_at) > coalesce(
               (select greatest(mine.last_auth_at, mine.last_acct_at) from nas_contacts mine
                where mine.nas_id = e.nas_id and mine.host = $1::text), '-infinity')))
     ), due as (
       select e.id, n.coa_timeout_ms * power(2, n.coa_tries) / 1000 as patience_s
       from enforcements e join ready r on r.id = e.id left join nas n on n.id = e.nas_id
       where r.place <= $6::int and e.done_at is null and e.next_try_at <= now()
       order by e.next_try_at, e.id limit $2::int
       for update of e skip locked
     ), claimed as (
       update enforcements e set state = 'sending', host = $1::text, tries = e.tries + 1,
         next_try_at = now() + make_interval(secs => 30 + 4 * coalesce(due.patience_s, 0)::float8)
       from due where e.id = due.id
       returning e.id, e.service_id, e.session_id, e.nas_id, e.kind, e.cause, e.attributes, e.tries
     )
     select c.*, s.id as known_session_id, s.closed_at, s.username, s.acct_session_id,
       host(s.framed_ip) as framed_ip, host(s.nas_address) as nas_address,
       n.coa_port, n.coa_timeout_ms, n.coa_tries, n.secret_enc, n.previous_secret_enc
     from claimed c left join sessions s on s.id = c.session_id left join nas n on n.id = c.nas_id
     order by c.id`,
    [host, limit, takeOverMs, [...busy.keys()], [...busy.values()], perNasMax],
  );
  return rows.map(claimOf);
}

/** The claim an answer belongs to; an answer to a claim that lapsed writes nothing. */
export interface Claim {
  readonly id: string;
  readonly host: string;
  readonly tries: number;
}

/** What is kept of an answer. */
export interface Answer {
  /** Undefined when nothing was sent. */
  readonly kind: 'ack' | 'nak' | 'timeout' | 'error' | undefined;
  readonly words: string;
  readonly roundTripUs: number | undefined;
}

/** Ends an order for good. */
export async function finishEnforcement(
  db: Queryable,
  claim: Claim,
  state: 'acknowledged' | 'refused' | 'unreachable' | 'gone',
  answer: Answer,
): Promise<boolean> {
  const rows = await db.query(
    `update enforcements set state = $4::text, done_at = now(), outcome = $5::text, round_trip_us = $6::int,
       last_answer = $7::text
     where id = $1::bigint and host = $2::text and tries = $3::int and state = 'sending' returning id`,
    [claim.id, claim.host, claim.tries, state, answer.words, answer.roundTripUs ?? null, answer.kind ?? null],
  );
  return rows.length > 0;
}

/** Lets an order wait for its next try, or ends it when a newer order for its session is there. */
export async function retryEnforcement(
  db: Queryable,
  claim: Claim,
  delayMs: number,
  answer: Answer,
): Promise<void> {
  await db.query(
    `with newer as (
       select exists (select 1 from enforcements own join enforcements n on n.session_id = own.session_id
         where own.id = $1::bigint and n.id > own.id and n.done_at is null) as is_there
     )
     update enforcements set state = case when is_there then 'gone' else 'pending' end,
       done_at = case when is_there then now() end,
       next_try_at = now() + make_interval(secs => $4::float8 / 1000),
       outcome = $5::text, round_trip_us = $6::int, last_answer = $7::text
     from newer
     where id = $1::bigint and host = $2::text and tries = $3::int and state = 'sending'`,
    [
      claim.id,
      claim.host,
      claim.tries,
      delayMs,
      answer.words,
      answer.roundTripUs ?? null,
      answer.kind ?? null,
    ],
  );
}

/** Follows a CoA that did not work by a Disconnect, unless a newer order for the session is there. */
export async function disconnectInstead(
  db: Queryable,
  claim: Claim,
  state: 'refused' | 'unreachable',
  answer: Answer,
): Promise<void> {
  await db.query(
    `with failed as (
       update enforcements set state = $4::text, done_at = now(), outcome = $5::text, round_trip_us = $6::int,
         last_answer = $7::text
       where id = $1::bigint and host = $2::text and tries = $3::int and state = 'sending'
       returning id, service_id, session_id, nas_id, cause
     )
     insert into enforcements (service_id, session_id, nas_id, kind, cause)
     select service_id, session_id, nas_id, 'disconnect', cause from failed
     where not exists (select 1 from enforcements newer
       where newer.session_id = failed.session_id and newer.id > failed.id and newer.done_at is null)`,
    [claim.id, claim.host, claim.tries, state, answer.words, answer.roundTripUs ?? null, answer.kind ?? null],
  );
}

function claimOf(row: ClaimRow): ClaimedEnforcement {
  return {
    id: String(row.id),
    serviceId: String(row.service_id),
    sessionId: String(row.session_id),
    nasId: String(row.nas_id),
    kind: row.kind,
    cause: row.cause,
    attributes: row.attributes,
    tries: row.tries,
    session:
      row.known_session_id === null
        ? undefined
        : {
            isClosed: row.closed_at !== null,
            username: row.username,
            acctSessionId: row.acct_session_id,
            framedIp: row.framed_ip ?? undefined,
            nasAddress: row.nas_address,
          },
    nas:
      row.secret_enc === null
        ? undefined
        : {
            coaPort: row.coa_port,
            timeoutMs: row.coa_timeout_ms,
            tries: row.coa_tries,
            secretEnc: row.secret_enc,
            previousSecretEnc: row.previous_secret_enc ?? undefined,
          },
  };
}

/** Columns of the session and the NAS are null together when the row is missing. */
interface ClaimRow {
  readonly id: string;
  readonly service_id: string;
  readonly session_id: string;
  readonly nas_id: string;
  readonly kind: 'coa' | 'disconnect';
  readonly cause: string;
  readonly attributes: readonly DynauthAttribute[];
  readonly tries: number;
  readonly known_session_id: string | null;
  readonly closed_at: Date | null;
  readonly username: string;
  readonly acct_session_id: string;
  readonly framed_ip: string | null;
  readonly nas_address: string;
  readonly coa_port: number;
  readonly coa_timeout_ms: number;
  readonly coa_tries: number;
  readonly secret_enc: Buffer | null;
  readonly previous_secret_enc: Buffer | null;
}
