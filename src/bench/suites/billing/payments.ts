import { takePayment } from '../../../billing/prepaid/top-up.service.ts';
import type { TaskDeps } from '../../../billing/task-deps.service.ts';
import { inBilling } from '../../../billing/use-case.service.ts';
import type { CustomerId, ServiceId } from '../../../kernel/ids.ts';
import { placeHold } from '../../../subscribers/services/holding.service.ts';
import { lockService } from '../../../subscribers/services/service.store.ts';
import { Histogram } from '../../measure/histogram.ts';
import type { BillingResult } from '../../report/billing.ts';

const actor = { kind: 'system', name: 'bench' } as const;
/** One payer in so many is suspended and pays all that is owed; the others pay a part. */
const HELD_SHARE = 5;

interface Payer {
  readonly customerId: CustomerId;
  readonly serviceId: ServiceId;
  readonly owed: string;
}

/**
 * Payments of customers who owe, one after the other: from the call to the commit, with the allocation and the event
 * of the reactivation in the same transaction. Answers also how many suspensions were not lifted.
 */
export async function measurePayments(
  deps: TaskDeps,
  count: number,
): Promise<{ payments: BillingResult['payments']; notLifted: number }> {
  const payers = await findPayers(deps, count);
  const held = payers.filter((_, index) => index % HELD_SHARE === 0);
  for (const { serviceId } of held) await suspend(deps, serviceId);
  const times = new Histogram();
  for (const [index, payer] of payers.entries()) {
    const amountMinor = index % HELD_SHARE === 0 ? BigInt(payer.owed) : BigInt(payer.owed) / 3n;
    const order = { customerId: payer.customerId, amountMinor, method: 'cash', provider: 'bench' };
    const startedMs = performance.now();
    await inBilling(deps, actor, (tx, ctx) =>
      takePayment(tx, ctx, { ...order, externalRef: `bench-${index}` }),
    );
    times.add(performance.now() - startedMs);
  }
  const [row] = await deps.db.query<{ standing: string }>(
    `select count(*) as standing from isp_services where id = any($1::bigint[]) and status <> 'active'`,
    [held.map(({ serviceId }) => serviceId)],
  );
  return { payments: { ...times.summary(), lifting: held.length }, notLifted: Number(row?.standing) };
}

/** Spread over all who owe. */
async function findPayers({ db }: TaskDeps, count: number): Promise<Payer[]> {
  return db.query<Payer & Record<string, unknown>>(
    `with owing as (
       select i.customer_id as "customerId", i.service_id as "serviceId", sum(i.balance) as owed,
         row_number() over (order by i.customer_id) as position, count(*) over () as all
       from invoices i join isp_services s on s.id = i.service_id and s.status = 'active'
       where i.balance > 0 group by 1, 2)
     select "customerId", "serviceId", owed from owing
     where position % greatest(1, owing.all / $1::int) = 0 order by position limit $1::int`,
    [count],
  );
}

async function suspend({ db, clock }: TaskDeps, id: ServiceId): Promise<void> {
  const at = new Date(clock.nowMs());
  await db.transaction(async (tx) => {
    const service = await lockService(tx, { id });
    if (service !== undefined) await placeHold(tx, { service, cause: 'nonpayment', actor, at });
  });
}
