import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { nas } from '../../db/schema/network.ts';
import type { NasId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { CheckedNas, MessageAuthenticatorRule, Nas, NasRef } from './nas.ts';

/** A NAS with its sealed secrets, for those who talk to it. */
export interface NasClient extends Nas {
  readonly secretEnc: Buffer;
  readonly previousSecretEnc: Buffer | undefined;
}

/** A NAS with what is heard of it. */
export interface NasReport extends Nas {
  readonly openSessions: number;
  /** When the last Access-Request and the last Accounting-Request came from it, to whichever host. */
  readonly lastAuthAt: Date | undefined;
  readonly lastAcctAt: Date | undefined;
}

/** All NAS with their sealed secrets, disabled ones too, by name. */
export async function listNasClients(q: Queryable): Promise<NasClient[]> {
  return (await orm(q).select().from(nas).orderBy(nas.name)).map(toClient);
}

/** All NAS by name, without secrets. */
export async function listNas(q: Queryable): Promise<Nas[]> {
  return (await listNasClients(q)).map(withoutSecrets);
}

/** The NAS, locked until the transaction ends. */
export async function lockNas(tx: Transaction, ref: NasRef): Promise<NasClient | undefined> {
  const isIt = 'id' in ref ? eq(nas.id, BigInt(ref.id)) : eq(nas.name, ref.name);
  const [row] = await orm(tx).select().from(nas).where(isIt).for('no key update');
  return row && toClient(row);
}

/** Adds a NAS; a taken name or address breaks `nas_name_key` or `nas_address_identifier_key`. */
export async function insertNas(tx: Transaction, input: CheckedNas, secretEnc: Buffer): Promise<NasClient> {
  const { secret: _secret, ...columns } = input;
  const [row] = await orm(tx)
    .insert(nas)
    .values({ ...columns, secretEnc })
    .returning();
  invariant(row !== undefined, 'an inserted NAS is returned');
  return toClient(row);
}

/** Changes a NAS that is locked; `previousSecretEnc` null ends a rotation. */
export async function updateNas(
  tx: Transaction,
  id: NasId,
  patch: Partial<Omit<typeof nas.$inferInsert, 'id' | 'version' | 'createdAt'>>,
): Promise<NasClient> {
  const [row] = await orm(tx)
    .update(nas)
    .set({ ...patch, version: sql`${nas.version} + 1` })
    .where(eq(nas.id, BigInt(id)))
    .returning();
  invariant(row !== undefined, 'a locked NAS is there');
  return toClient(row);
}

/** The name of the NAS that has this address and identifier. */
export async function nasNameAt(
  q: Queryable,
  at: { address: string; nasIdentifier: string | null },
): Promise<string | undefined> {
  const [row] = await orm(q)
    .select({ name: nas.name })
    .from(nas)
    .where(
      sql`${nas.address} = ${at.address}::inet and ${nas.nasIdentifier} is not distinct from ${at.nasIdentifier}`,
    );
  return row?.name;
}

/** Deletes a NAS; its sessions keep its id. */
export async function deleteNas(tx: Transaction, id: NasId): Promise<void> {
  await orm(tx)
    .delete(nas)
    .where(eq(nas.id, BigInt(id)));
}

/** One page of NAS by name, or one of them, with what is heard of them and how many sessions are open. */
export async function listNasReports(
  q: Queryable,
  filter: {
    readonly id?: NasId | undefined;
    readonly q?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  },
): Promise<NasReport[]> {
  const pattern = filter.q === undefined ? undefined : `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await orm(q)
    .select({
      nas,
      sessions: sql<string>`(select count(*) from sessions s where s.nas_id = nas.id and s.closed_at is null)`,
      lastAuthMs: sql<
        string | null
      >`(select floor(extract(epoch from max(c.last_auth_at)) * 1000) from nas_contacts c where c.nas_id = nas.id)`,
      lastAcctMs: sql<
        string | null
      >`(select floor(extract(epoch from max(c.last_acct_at)) * 1000) from nas_contacts c where c.nas_id = nas.id)`,
    })
    .from(nas)
    .where(
      and(
        filter.id === undefined ? undefined : eq(nas.id, BigInt(filter.id)),
        pattern === undefined
          ? undefined
          : or(sql`${nas.name} ilike ${pattern}`, sql`text(${nas.address}) ilike ${pattern}`),
        filter.after === undefined ? undefined : gt(nas.name, filter.after),
      ),
    )
    .orderBy(asc(nas.name))
    .limit(filter.limit);
  return rows.map((row) => ({
    ...withoutSecrets(toClient(row.nas)),
    openSessions: Number(row.sessions),
    lastAuthAt: row.lastAuthMs === null ? undefined : new Date(Number(row.lastAuthMs)),
    lastAcctAt: row.lastAcctMs === null ? undefined : new Date(Number(row.lastAcctMs)),
  }));
}

function withoutSecrets({ secretEnc: _secret, previousSecretEnc: _previous, ...rest }: NasClient): Nas {
  return rest;
}

function toClient(row: typeof nas.$inferSelect): NasClient {
  return {
    id: row.id.toString() as NasId,
    name: row.name,
    address: row.address,
    nasIdentifier: row.nasIdentifier ?? undefined,
    coaPort: row.coaPort,
    coaTimeoutMs: row.coaTimeoutMs,
    coaTries: row.coaTries,
    // The check constraints of the table allow no other words.
    requireMessageAuthenticator: row.requireMessageAuthenticator as MessageAuthenticatorRule,
    messageAuthenticatorLearntAt: row.messageAuthenticatorLearntAt ?? undefined,
    limitProxyState: row.limitProxyState as MessageAuthenticatorRule,
    swapOctets: row.swapOctets,
    interimIntervalS: row.interimIntervalS ?? undefined,
    isRotating: row.previousSecretEnc !== null,
    version: row.version,
    createdAt: row.createdAt,
    disabledAt: row.disabledAt ?? undefined,
    secretEnc: row.secretEnc,
    previousSecretEnc: row.previousSecretEnc ?? undefined,
  };
}

/** How many services a router keeps itself. */
export async function countProvisionsOfNas(q: Queryable, nasId: string): Promise<number> {
  const [row] = await q.query<{ count: string }>(
    'select count(*) as count from router_provisions where nas_id = $1::bigint',
    [nasId],
  );
  return Number(row?.count ?? 0);
}
