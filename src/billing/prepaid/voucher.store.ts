import { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import type { CustomerId, PlanId, ServiceId } from '../../kernel/ids.ts';
import type { Voucher, VoucherWorth } from './voucher.ts';

/** A voucher with its sealed code. */
export interface SealedVoucher extends Voucher {
  readonly codeEnc: Buffer;
}

/** Which vouchers are wanted, the newest first. */
export interface VoucherFilter {
  readonly batchId?: string | undefined;
  readonly isUsed?: boolean | undefined;
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

interface VoucherRow {
  readonly id: string;
  readonly code_enc: Buffer;
  readonly type: 'credit' | 'package';
  readonly value: string | null;
  readonly currency: string | null;
  readonly package_id: PlanId | null;
  readonly batch_id: string | null;
  readonly expires_at: Date | null;
  readonly used_at: Date | null;
  readonly used_by: CustomerId | null;
  readonly used_service_id: ServiceId | null;
  readonly created_at: Date;
}

/** Adds vouchers of one worth; breaks `vouchers_code_hash_key` when a code is taken. */
export async function insertVouchers(
  tx: Transaction,
  made: {
    readonly codes: readonly { readonly hash: Buffer; readonly sealed: Buffer }[];
    readonly worth: VoucherWorth;
    readonly batchId?: string | undefined;
    readonly expiresAt?: Temporal.Instant | undefined;
    readonly at: Temporal.Instant;
  },
): Promise<SealedVoucher[]> {
  const { codes, worth } = made;
  const credit = worth.type === 'credit' ? worth : undefined;
  const rows = await tx.query<VoucherRow>(
    `insert into vouchers (code_hash, code_enc, type, value, currency, package_id, batch_id, expires_at, created_at)
     select decode(hash, 'hex'), decode(sealed, 'hex'), $3::text, $4::bigint, $5::text, $6::bigint, $7::bigint,
       $8::timestamptz, $9::timestamptz
     from unnest($1::text[], $2::text[]) with ordinality as c (hash, sealed, position) order by position
     returning *`,
    [
      codes.map(({ hash }) => hash.toString('hex')),
      codes.map(({ sealed }) => sealed.toString('hex')),
      worth.type,
      credit?.valueMinor ?? null,
      credit?.currency ?? null,
      worth.type === 'package' ? worth.planId : null,
      made.batchId ?? null,
      made.expiresAt ?? null,
      made.at,
    ],
  );
  return rows.map(toVoucher);
}

/** Adds a batch; answers its id. */
export async function insertBatch(
  tx: Transaction,
  batch: {
    readonly name: string;
    readonly count: number;
    readonly actor: string;
    readonly at: Temporal.Instant;
  },
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `insert into voucher_batches (name, count, created_by, created_at)
     values ($1::text, $2::int, $3::text, $4::timestamptz) returning id`,
    [batch.name, batch.count, batch.actor, batch.at],
  );
  return row?.id ?? '';
}

/** A batch by its id. */
export async function findVoucherBatch(
  q: Queryable,
  id: string,
): Promise<
  { readonly name: string; readonly count: number; readonly createdAt: Temporal.Instant } | undefined
> {
  const [row] = await q.query<{ name: string; count: number; created_at: Date }>(
    'select name, count, created_at from voucher_batches where id = $1::bigint',
    [id],
  );
  if (row === undefined) return undefined;
  const createdAt = Temporal.Instant.fromEpochMilliseconds(row.created_at.getTime());
  return { name: row.name, count: row.count, createdAt };
}

/** The voucher of a code, its row locked: of parallel uses one wins (Q7). */
export async function lockVoucher(tx: Transaction, hash: Buffer): Promise<SealedVoucher | undefined> {
  const [row] = await tx.query<VoucherRow>(
    `select * from vouchers where code_hash = decode($1::text, 'hex') for no key update`,
    [hash.toString('hex')],
  );
  return row && toVoucher(row);
}

/** Marks a locked voucher as used. */
export async function useVoucher(
  tx: Transaction,
  id: string,
  use: {
    readonly customerId: CustomerId;
    readonly serviceId: ServiceId | undefined;
    readonly at: Temporal.Instant;
  },
): Promise<SealedVoucher> {
  const [row] = await tx.query<VoucherRow>(
    `update vouchers set used_at = $2::timestamptz, used_by = $3::bigint, used_service_id = $4::bigint
     where id = $1::bigint returning *`,
    [id, use.at, use.customerId, use.serviceId ?? null],
  );
  if (row === undefined) throw new Error(`The voucher ${id} vanished under its lock.`);
  return toVoucher(row);
}

/** One page of vouchers. */
export async function listVouchers(q: Queryable, filter: VoucherFilter): Promise<SealedVoucher[]> {
  const rows = await q.query<VoucherRow>(
    `select * from vouchers
     where ($1::bigint is null or batch_id = $1::bigint) and ($2::boolean is null or (used_at is not null) = $2::boolean)
       and ($3::bigint is null or id < $3::bigint)
     order by id desc limit $4::int`,
    [filter.batchId ?? null, filter.isUsed ?? null, filter.beforeId ?? null, filter.limit],
  );
  return rows.map(toVoucher);
}

/** The living prepaid services of a customer: which a package voucher can only mean if there is one. */
export async function prepaidServices(q: Queryable, customerId: CustomerId): Promise<ServiceId[]> {
  const rows = await q.query<{ id: ServiceId }>(
    `select s.id from isp_services s join isp_packages p on p.id = s.package_id
     where s.customer_id = $1::bigint and p.model = 'prepaid' and s.status <> 'cancelled' order by s.id`,
    [customerId],
  );
  return rows.map(({ id }) => id);
}

/** Whether a service is that customer's. */
export async function isOwnService(q: Queryable, customerId: CustomerId, id: ServiceId): Promise<boolean> {
  const rows = await q.query('select from isp_services where id = $1::bigint and customer_id = $2::bigint', [
    id,
    customerId,
  ]);
  return rows.length > 0;
}

function toVoucher(row: VoucherRow): SealedVoucher {
  // The check of the table: a credit has value and currency, a package its id.
  const worth: VoucherWorth =
    row.package_id === null
      ? { type: 'credit', valueMinor: BigInt(row.value ?? '0'), currency: row.currency ?? '' }
      : { type: 'package', planId: row.package_id };
  return {
    id: row.id,
    codeEnc: row.code_enc,
    worth,
    batchId: row.batch_id ?? undefined,
    expiresAt: instantOf(row.expires_at),
    usedAt: instantOf(row.used_at),
    usedBy: row.used_by ?? undefined,
    usedServiceId: row.used_service_id ?? undefined,
    createdAt: Temporal.Instant.fromEpochMilliseconds(row.created_at.getTime()),
  };
}

function instantOf(at: Date | null): Temporal.Instant | undefined {
  return at === null ? undefined : Temporal.Instant.fromEpochMilliseconds(at.getTime());
}
