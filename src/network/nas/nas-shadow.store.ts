import type { Queryable, Transaction } from '../../db/database.ts';
import type { ShadowComparison, ShadowMode, ShadowView } from './nas-shadow.ts';

/** A NAS that is not live, with the sealed secret of its old server. */
export interface StoredShadow {
  readonly mode: ShadowMode;
  readonly server: string | undefined;
  readonly authPort: number;
  readonly acctPort: number;
  readonly secretEnc: Buffer | undefined;
  readonly timeoutMs: number;
}

interface Row {
  readonly nas_id: string;
  readonly mode: ShadowMode;
  readonly server: string | null;
  readonly auth_port: number;
  readonly acct_port: number;
  readonly secret_enc: Buffer | null;
  readonly timeout_ms: number;
  readonly created_at: Date;
}

const COLUMNS =
  'nas_id, mode, host(server) as server, auth_port, acct_port, secret_enc, timeout_ms, created_at';

/** Every NAS that is not live, by its id. */
export async function listShadows(q: Queryable): Promise<Map<string, StoredShadow>> {
  const rows = await q.query<Row>(`select ${COLUMNS} from nas_shadow`);
  return new Map(rows.map((row) => [row.nas_id, toStored(row)]));
}

/** How one NAS is served, locked; undefined: live. */
export async function lockShadow(tx: Transaction, nasId: string): Promise<StoredShadow | undefined> {
  const [row] = await tx.query<Row>(
    `select ${COLUMNS} from nas_shadow where nas_id = $1::bigint for no key update`,
    [nasId],
  );
  return row && toStored(row);
}

/** Sets how a NAS is served, and forgets what was compared before. */
export async function putShadow(tx: Transaction, nasId: string, shadow: StoredShadow): Promise<void> {
  await tx.query(
    `insert into nas_shadow (nas_id, mode, server, auth_port, acct_port, secret_enc, timeout_ms)
     values ($1::bigint, $2::text, $3::inet, $4::int, $5::int, $6::bytea, $7::int)
     on conflict (nas_id) do update set mode = excluded.mode, server = excluded.server, auth_port = excluded.auth_port,
       acct_port = excluded.acct_port, secret_enc = excluded.secret_enc, timeout_ms = excluded.timeout_ms,
       created_at = now()`,
    [
      nasId,
      shadow.mode,
      shadow.server ?? null,
      shadow.authPort,
      shadow.acctPort,
      shadow.secretEnc ?? null,
      shadow.timeoutMs,
    ],
  );
  await tx.query('delete from shadow_comparisons where nas_id = $1::bigint', [nasId]);
}

/** Makes a NAS live; what was compared stays to be read. */
export async function deleteShadow(tx: Transaction, nasId: string): Promise<void> {
  await tx.query('delete from nas_shadow where nas_id = $1::bigint', [nasId]);
}

/** How a NAS is served with its counts; undefined: live. */
export async function findShadow(q: Queryable, nasId: string): Promise<ShadowView | undefined> {
  const [row] = await q.query<Row & { same: string; different: string; silent: string }>(
    `select ${COLUMNS}, c.* from nas_shadow, lateral (
       select count(*) filter (where outcome = 'same') as same,
         count(*) filter (where outcome = 'different') as different,
         count(*) filter (where outcome = 'silent') as silent
       from shadow_comparisons x where x.nas_id = nas_shadow.nas_id) c
     where nas_shadow.nas_id = $1::bigint`,
    [nasId],
  );
  if (row === undefined) return undefined;
  const { secretEnc: _secret, ...view } = toStored(row);
  const counts = { same: Number(row.same), different: Number(row.different), silent: Number(row.silent) };
  return { ...view, since: row.created_at, counts };
}

/** A page of how logins compared, by name. */
export async function listComparisons(
  q: Queryable,
  page: {
    readonly nasId: string;
    readonly outcome: string | undefined;
    readonly after: string | undefined;
    readonly limit: number;
  },
): Promise<ShadowComparison[]> {
  return q.query<ShadowComparison>(
    `select username, outcome, to_json(differences) as differences, ours, theirs, count, last_at as "lastAt"
     from shadow_comparisons where nas_id = $1::bigint and ($2::text is null or outcome = $2::text)
       and ($3::text is null or username > $3::text) order by username limit $4::int`,
    [page.nasId, page.outcome ?? null, page.after ?? null, page.limit],
  );
}

function toStored(row: Row): StoredShadow {
  return {
    mode: row.mode,
    server: row.server ?? undefined,
    authPort: row.auth_port,
    acctPort: row.acct_port,
    secretEnc: row.secret_enc ?? undefined,
    timeoutMs: row.timeout_ms,
  };
}
