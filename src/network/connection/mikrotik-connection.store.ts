import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { nas } from '../../db/schema/network.ts';
import { mikrotikConnections } from '../../db/schema/routers.ts';

/** How a router's API is reached, its password sealed, with what its NAS is called. */
export interface StoredConnection {
  readonly id: string;
  readonly nasId: string;
  readonly nasName: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly passwordEnc: Buffer;
  readonly tls: boolean;
  readonly fingerprint: string | undefined;
  readonly fingerprintLearntAt: Date | undefined;
  readonly pollIntervalS: number;
}

/** What is written of a connection. */
export type ConnectionColumns = Pick<
  typeof mikrotikConnections.$inferInsert,
  'host' | 'port' | 'username' | 'passwordEnc' | 'tls' | 'fingerprint' | 'pollIntervalS'
>;

/** The connections of all NAS that are not disabled, by name. */
export async function listConnections(q: Queryable): Promise<StoredConnection[]> {
  const rows = await joined(q).where(isNull(nas.disabledAt)).orderBy(nas.name);
  return rows.map(toConnection);
}

/** The connection of a NAS; undefined when it has none. */
export async function connectionOfNas(q: Queryable, nasId: string): Promise<StoredConnection | undefined> {
  const [row] = await joined(q).where(eq(mikrotikConnections.nasId, BigInt(nasId)));
  return row && toConnection(row);
}

/** A NAS by its id, locked until the end of the transaction. */
export async function lockNasForConnection(
  tx: Transaction,
  nasId: string,
): Promise<{ readonly id: string; readonly name: string; readonly address: string } | undefined> {
  const [row] = await orm(tx)
    .select({ id: nas.id, name: nas.name, address: nas.address })
    .from(nas)
    .where(eq(nas.id, BigInt(nasId)))
    .for('no key update');
  return row && { ...row, id: row.id.toString() };
}

/** Writes the connection of a NAS; a taken address breaks `mikrotik_connections_address_key`. */
export async function putConnection(
  tx: Transaction,
  nasId: string,
  columns: ConnectionColumns,
): Promise<void> {
  await orm(tx)
    .insert(mikrotikConnections)
    .values({ nasId: BigInt(nasId), ...columns })
    .onConflictDoUpdate({
      target: mikrotikConnections.nasId,
      set: {
        ...columns,
        fingerprintLearntAt: sql`case when ${mikrotikConnections.fingerprint} is not distinct from excluded.fingerprint
          then ${mikrotikConnections.fingerprintLearntAt} end`,
      },
    });
}

/** Forgets the connection of a NAS; says whether there was one. */
export async function deleteConnection(tx: Transaction, nasId: string): Promise<boolean> {
  const rows = await orm(tx)
    .delete(mikrotikConnections)
    .where(eq(mikrotikConnections.nasId, BigInt(nasId)))
    .returning({ id: mikrotikConnections.id });
  return rows.length > 0;
}

/** Pins the certificate a router showed first; one that is pinned already stays. */
export async function pinFingerprint(q: Queryable, connectionId: string, fingerprint: string): Promise<void> {
  await orm(q)
    .update(mikrotikConnections)
    .set({ fingerprint, fingerprintLearntAt: sql`now()` })
    .where(and(eq(mikrotikConnections.id, BigInt(connectionId)), isNull(mikrotikConnections.fingerprint)));
}

/** The name of the NAS whose API is at this address. */
export async function nasNameAtApi(
  q: Queryable,
  at: { readonly host: string; readonly port: number },
): Promise<string | undefined> {
  const [row] = await orm(q)
    .select({ name: nas.name })
    .from(mikrotikConnections)
    .innerJoin(nas, eq(nas.id, mikrotikConnections.nasId))
    .where(and(eq(mikrotikConnections.host, at.host), eq(mikrotikConnections.port, at.port)));
  return row?.name;
}

function joined(q: Queryable) {
  return orm(q)
    .select({ connection: mikrotikConnections, nasName: nas.name })
    .from(mikrotikConnections)
    .innerJoin(nas, eq(nas.id, mikrotikConnections.nasId))
    .$dynamic();
}

function toConnection(row: {
  connection: typeof mikrotikConnections.$inferSelect;
  nasName: string;
}): StoredConnection {
  const { connection, nasName } = row;
  return {
    id: connection.id.toString(),
    nasId: connection.nasId.toString(),
    nasName,
    host: connection.host,
    port: connection.port,
    username: connection.username,
    passwordEnc: connection.passwordEnc,
    tls: connection.tls,
    fingerprint: connection.fingerprint ?? undefined,
    fingerprintLearntAt: connection.fingerprintLearntAt ?? undefined,
    pollIntervalS: connection.pollIntervalS,
  };
}
