import { eq, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../db/database.ts';
import { orm } from '../db/orm.ts';
import { nas } from '../db/schema/network.ts';
import type { NasId } from '../kernel/ids.ts';
import type { CheckedNas, MessageAuthenticatorRule, Nas } from './nas.ts';

/** A NAS with its sealed secrets, for those who talk to it. */
export interface NasClient extends Nas {
  readonly secretEnc: Buffer;
  readonly previousSecretEnc: Buffer | undefined;
}

/** All NAS with their sealed secrets, disabled ones too, by name. */
export async function listNasClients(q: Queryable): Promise<NasClient[]> {
  return (await orm(q).select().from(nas).orderBy(nas.name)).map(toClient);
}

/** All NAS by name, without secrets. */
export async function listNas(q: Queryable): Promise<Nas[]> {
  return (await listNasClients(q)).map(
    ({ secretEnc: _secret, previousSecretEnc: _previous, ...rest }) => rest,
  );
}

/** The NAS of that name, locked until the transaction ends. */
export async function lockNasByName(tx: Transaction, name: string): Promise<NasClient | undefined> {
  const [row] = await orm(tx).select().from(nas).where(eq(nas.name, name)).for('no key update');
  return row && toClient(row);
}

/** Adds a NAS; a taken name or address breaks `nas_name_key` or `nas_address_identifier_key`. */
export async function insertNas(q: Queryable, input: CheckedNas, secretEnc: Buffer): Promise<NasId> {
  const { secret: _secret, ...columns } = input;
  const [row] = await orm(q)
    .insert(nas)
    .values({ ...columns, secretEnc })
    .returning({ id: nas.id });
  return String(row?.id) as NasId;
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

/** Sets the sealed secrets; `previousSecretEnc` null ends a rotation. */
export async function updateNasSecrets(
  tx: Transaction,
  id: NasId,
  secrets: { secretEnc: Buffer; previousSecretEnc: Buffer | null },
): Promise<void> {
  await orm(tx)
    .update(nas)
    .set(secrets)
    .where(eq(nas.id, BigInt(id)));
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
    createdAt: row.createdAt,
    disabledAt: row.disabledAt ?? undefined,
    secretEnc: row.secretEnc,
    previousSecretEnc: row.previousSecretEnc ?? undefined,
  };
}
