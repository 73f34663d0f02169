import type { Queryable, Transaction } from '../../db/database.ts';
import type { UndoKind } from './undo.ts';

/** Where items of a kind are, and what of theirs goes with them without being a use. */
const KINDS: Readonly<Record<UndoKind, { table: string; name: string; owned: readonly string[] }>> = {
  service: {
    table: 'isp_services',
    name: 'username',
    owned: ['isp_service_segments', 'service_holds', 'isp_service_logs'],
  },
  customer: { table: 'customers', name: 'name', owned: [] },
  package: { table: 'isp_packages', name: 'code', owned: ['isp_overage_pricing'] },
  nas: { table: 'nas', name: 'name', owned: ['nas_contacts', 'router_health'] },
};

/** Hot tables have no foreign keys; these columns are references all the same. */
const LOOSE: Readonly<Record<UndoKind, readonly Reference[]>> = {
  service: [
    { table: 'sessions', column: 'service_id' },
    { table: 'isp_usage_logs', column: 'service_id' },
    { table: 'usage_events', column: 'service_id' },
  ],
  customer: [{ table: 'ledger_lines', column: 'customer_id' }],
  package: [],
  nas: [{ table: 'sessions', column: 'nas_id' }],
};

interface Reference {
  readonly table: string;
  readonly column: string;
}

/** An item of a run that is still there. */
export interface StandingItem {
  readonly id: string;
  readonly name: string;
  /** Somebody edited it. */
  readonly isChanged: boolean;
}

/** Items of a kind that a run made and that are still there, locked. */
export async function lockItems(tx: Transaction, runId: string, kind: UndoKind): Promise<StandingItem[]> {
  const { table, name } = KINDS[kind];
  const isLogged =
    kind === 'service'
      ? `exists (select from isp_service_logs l where l.service_id = t.id and l.action <> 'imported')`
      : 'false';
  return tx.query<StandingItem>(
    `select t.id, t.${name} as name, t.version > 1 or ${isLogged} as "isChanged"
     from import_items i join ${table} t on t.id between i.first_id and i.last_id
     where i.run_id = $1::bigint and i.kind = $2::text order by t.id for update of t`,
    [runId, kind],
  );
}

/** Which tables refer to which of the items, whatever tables there are; what only belongs to them is no reference. */
export async function findUses(
  q: Queryable,
  kind: UndoKind,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const uses = new Map<string, string[]>();
  if (ids.length === 0) return uses;
  for (const { table, column } of [...(await references(q, kind)), ...LOOSE[kind]]) {
    const rows = await q.query<{ id: string }>(
      `select u.id from unnest($1::bigint[]) as u (id) where exists (select from ${table} r where r.${column} = u.id)`,
      [ids],
      { prepare: false },
    );
    for (const { id } of rows) uses.set(id, [...(uses.get(id) ?? []), table]);
  }
  return uses;
}

/** Columns that refer to a table, as the catalog quotes them. */
async function references(q: Queryable, kind: UndoKind): Promise<Reference[]> {
  const { table, owned } = KINDS[kind];
  return q.query<Reference>(
    `select c.conrelid::regclass::text as table, quote_ident(a.attname) as column
     from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
     where c.contype = 'f' and c.confrelid = $1::text::regclass and cardinality(c.conkey) = 1
       and c.conparentid = 0 and c.conrelid::regclass::text <> all($2::text[]) order by 1, 2`,
    [table, owned],
  );
}

/** Removes items with what belongs to them. */
export async function deleteItems(tx: Transaction, kind: UndoKind, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { table } = KINDS[kind];
  if (kind === 'service') {
    for (const own of KINDS.service.owned)
      await tx.query(`delete from ${own} where service_id = any($1::bigint[])`, [ids]);
  }
  if (kind === 'package')
    await tx.query('delete from isp_overage_pricing where package_id = any($1::bigint[])', [ids]);
  await tx.query(`delete from ${table} where id = any($1::bigint[])`, [ids]);
}

/** Removes the past sessions of a run; returns how many. */
export async function deleteSessions(tx: Transaction, runId: string): Promise<number> {
  const [row] = await tx.query<{ count: string }>(
    `with gone as (delete from sessions s using import_items i
       where i.run_id = $1::bigint and i.kind = 'session' and s.id between i.first_id and i.last_id returning s.id)
     select count(*) from gone`,
    [runId],
  );
  return Number(row?.count ?? 0);
}
