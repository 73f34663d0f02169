import { generateInvoices } from '../../src/billing/cycles/invoice-run.service.ts';
import { receivePayment } from '../../src/billing/payments/payment.service.ts';
import { inBilling } from '../../src/billing/use-case.service.ts';
import type { Database } from '../../src/db/database.ts';
import type { CustomerId } from '../../src/kernel/ids.ts';
import { SYSTEM_ACTOR } from '../../src/platform/identity/actor.ts';
import type { Doom } from './doomed-database.ts';
import { manualClock } from './manual-clock.ts';
import { silentLogger } from './silent-logger.ts';

/** Money as a provider tells of it. */
export interface ToldPayment {
  readonly customerId: CustomerId;
  readonly amountMinor: string;
  readonly reference: string;
}

/** What a process of its own does: the invoice run when there are no payments, else the payments one by one. */
export interface BillerOrder {
  readonly url: string;
  readonly at: string;
  readonly payments?: readonly ToldPayment[] | undefined;
  readonly doom?: Doom | undefined;
}

/** Does the work of an order on a database. */
export async function carryOut(db: Database, { at, payments }: BillerOrder): Promise<void> {
  const clock = manualClock(at);
  if (payments === undefined) {
    await generateInvoices({ db, clock, logger: silentLogger }, { actor: SYSTEM_ACTOR, isDryRun: false });
    return;
  }
  for (const { customerId, amountMinor, reference } of payments) {
    const order = { customerId, amountMinor: BigInt(amountMinor), method: 'mobile_money', provider: 'mpesa' };
    await inBilling({ db, clock }, SYSTEM_ACTOR, (tx, ctx) =>
      receivePayment(tx, ctx, { ...order, externalRef: reference }),
    );
  }
}
