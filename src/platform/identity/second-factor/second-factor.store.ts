import { and, eq, isNull, lt, or } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../../db/database.ts';
import { orm } from '../../../db/orm.ts';
import { recoveryCodes, users } from '../../../db/schema/identity.ts';

/** Keeps the sealed secret of an enrolment that is not confirmed yet. */
export async function setTotpSecret(q: Queryable, userId: string, secret: Buffer): Promise<void> {
  await orm(q)
    .update(users)
    .set({ totpSecret: secret, totpConfirmedAt: null, totpLastStep: null })
    .where(eq(users.id, BigInt(userId)));
}

/** From now on a code is asked for. */
export async function confirmTotp(tx: Transaction, userId: string, at: Date): Promise<void> {
  await orm(tx)
    .update(users)
    .set({ totpConfirmedAt: at })
    .where(eq(users.id, BigInt(userId)));
}

/** Removes the second factor with its recovery codes. */
export async function clearTotp(tx: Transaction, userId: string): Promise<void> {
  await orm(tx)
    .update(users)
    .set({ totpSecret: null, totpConfirmedAt: null, totpLastStep: null })
    .where(eq(users.id, BigInt(userId)));
  await deleteRecoveryCodes(tx, userId);
}

/** Accepts a time step once: false when it, or a later one, was accepted before. */
export async function acceptTotpStep(tx: Transaction, userId: string, step: number): Promise<boolean> {
  const rows = await orm(tx)
    .update(users)
    .set({ totpLastStep: BigInt(step) })
    .where(
      and(eq(users.id, BigInt(userId)), or(isNull(users.totpLastStep), lt(users.totpLastStep, BigInt(step)))),
    )
    .returning({ id: users.id });
  return rows.length === 1;
}

/** Replaces the recovery codes. */
export async function replaceRecoveryCodes(
  tx: Transaction,
  userId: string,
  hashes: readonly Buffer[],
): Promise<void> {
  await deleteRecoveryCodes(tx, userId);
  await orm(tx)
    .insert(recoveryCodes)
    .values(hashes.map((codeHash) => ({ userId: BigInt(userId), codeHash })));
}

/** Uses a recovery code up: false when there is none such, or no longer. */
export async function useRecoveryCode(
  tx: Transaction,
  userId: string,
  { codeHash, at }: { codeHash: Buffer; at: Date },
): Promise<boolean> {
  const rows = await orm(tx)
    .update(recoveryCodes)
    .set({ usedAt: at })
    .where(
      and(
        eq(recoveryCodes.userId, BigInt(userId)),
        eq(recoveryCodes.codeHash, codeHash),
        isNull(recoveryCodes.usedAt),
      ),
    )
    .returning({ id: recoveryCodes.id });
  return rows.length === 1;
}

async function deleteRecoveryCodes(tx: Transaction, userId: string): Promise<void> {
  await orm(tx)
    .delete(recoveryCodes)
    .where(eq(recoveryCodes.userId, BigInt(userId)));
}
