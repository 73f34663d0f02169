import { drizzle, type PgRemoteDatabase } from 'drizzle-orm/pg-proxy';
import type { Queryable } from './database.ts';

/** drizzle without relational queries; tables are imported by the stores that use them. */
export type Orm = PgRemoteDatabase<Record<string, never>>;

/**
 * Typed drizzle queries over the database or over one transaction. Never call its own
 * `transaction()`: open one with `Database.transaction` and pass that here.
 */
export function orm(q: Queryable): Orm {
  let made = facades.get(q);
  if (made === undefined) {
    made = drizzle((text, params, method) => run(q, text, params, method));
    facades.set(q, made);
  }
  return made;
}

/**
 * A query that is asked all the time: built once for each database, afterwards only run. What changes from call to call
 * is `sql.placeholder`, whose values are passed as the driver takes them.
 */
export function prepared<Query>(build: (db: Orm) => Query): (q: Queryable) => Query {
  const built = new WeakMap<Queryable, Query>();
  return (q) => {
    let query = built.get(q);
    if (query === undefined) {
      query = build(orm(q));
      built.set(q, query);
    }
    return query;
  };
}

/** Longer texts are bulk inserts, whose text changes with every number of rows. */
const preparedLengthMax = 2_000;

const facades = new WeakMap<Queryable, Orm>();

async function run(
  q: Queryable,
  text: string,
  params: unknown[],
  method: 'all' | 'execute',
): Promise<{ rows: unknown[] }> {
  const prepare = text.length <= preparedLengthMax;
  return { rows: await q.query<unknown>(text, params, { prepare, asArrays: method === 'all' }) };
}
