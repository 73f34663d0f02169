import type { Queryable } from '../../db/database.ts';

/** When each way of talking with a router was last seen to work; undefined: not yet. */
export interface SeenRouter {
  readonly loginAt: Date | undefined;
  readonly accountingAt: Date | undefined;
  readonly apiAt: Date | undefined;
  /** It answered a CoA or a Disconnect, be it with a refusal. */
  readonly coaAt: Date | undefined;
  readonly tunnelHandshakeAt: Date | undefined;
}

/** Orders that are looked through for an answer of the router: recent news is what somebody at work waits for. */
const ordersMax = 10_000;

/** Undefined for a NAS there is not. */
export async function readSeen(q: Queryable, nasId: string): Promise<SeenRouter | undefined> {
  const [row] = await q.query<
    Record<'login_at' | 'acct_at' | 'api_at' | 'coa_at' | 'handshake_at', Date | null>
  >(
    `select k.login_at, k.acct_at, h.answered_at as api_at, h.tunnel_handshake_at as handshake_at,
       (select max(e.done_at) from (select nas_id, last_answer, done_at from enforcements order by id desc limit $2::int) e
        where e.nas_id = n.id and e.last_answer in ('ack', 'nak')) as coa_at
     from nas n left join router_health h on h.nas_id = n.id
     left join lateral (select max(last_auth_at) as login_at, max(last_acct_at) as acct_at from nas_contacts
       where nas_id = n.id) k on true
     where n.id = $1::bigint`,
    [nasId, ordersMax],
  );
  if (row === undefined) return undefined;
  return {
    loginAt: row.login_at ?? undefined,
    accountingAt: row.acct_at ?? undefined,
    apiAt: row.api_at ?? undefined,
    coaAt: row.coa_at ?? undefined,
    tunnelHandshakeAt: row.handshake_at ?? undefined,
  };
}
