import type { BillingContext } from '../../src/billing/billing-context.ts';
import { findDiscrepancies } from '../../src/billing/ledger/ledger-check.store.ts';
import { signUpAny } from '../../src/billing/prepaid/activation.service.ts';
import { changeAnyPackage } from '../../src/billing/prepaid/change.service.ts';
import { expirePrepaid } from '../../src/billing/prepaid/expiry.service.ts';
import { activatePrepaid, renewService } from '../../src/billing/prepaid/renewal.service.ts';
import { takePayment } from '../../src/billing/prepaid/top-up.service.ts';
import type { Transaction } from '../../src/db/database.ts';
import type { CustomerId, PlanId, ServiceId } from '../../src/kernel/ids.ts';
import { SYSTEM_ACTOR } from '../../src/platform/identity/actor.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { findService } from '../../src/subscribers/services/service.store.ts';
import { type BillingSite, openBillingSite } from './billing-site.ts';
import { silentLogger } from './silent-logger.ts';

/** A prepaid service as a test looks at it. */
export interface PrepaidState {
  readonly status: string;
  readonly package: string;
  readonly expires: string | undefined;
  readonly credit: number;
}

/** A billing site with a wallet in every customer's hand. */
export interface PrepaidSite extends BillingSite {
  readonly box: SecretBox;
  inTransaction<T>(work: (tx: Transaction, ctx: BillingContext) => Promise<T>): Promise<T>;
  create(
    username: string,
    planCode: string,
    more?: { autoRenew?: boolean; customerId?: CustomerId; isActivated?: boolean },
  ): Promise<{ id: ServiceId; customerId: CustomerId }>;
  pay(customerId: CustomerId, amount: number): Promise<void>;
  renew(id: ServiceId): ReturnType<typeof renewService>;
  activate(id: ServiceId): ReturnType<typeof activatePrepaid>;
  changeTo(id: ServiceId, planId: PlanId): ReturnType<typeof changeAnyPackage>;
  expire(at?: string, isDryRun?: boolean): ReturnType<typeof expirePrepaid>;
  state(username: string): Promise<PrepaidState>;
  discrepancies(): ReturnType<typeof findDiscrepancies>;
}

/** Opens it for one test file. */
export async function openPrepaidSite(at: string): Promise<PrepaidSite> {
  const site = await openBillingSite(at);
  const { db, clock } = site;
  const box = new SecretBox(Buffer.alloc(32, 7));
  const inTransaction = async <T>(work: (tx: Transaction, ctx: BillingContext) => Promise<T>) => {
    const ctx = await site.context();
    return db.transaction((tx) => work(tx, ctx));
  };
  return {
    ...site,
    box,
    inTransaction,
    create: (username, planCode, more = {}) =>
      signUpAny({ db, box, clock }, { username, password: 'pw', planCode, actor: SYSTEM_ACTOR, ...more }),
    pay: async (customerId, amount) => {
      const order = { customerId, amountMinor: BigInt(amount), method: 'cash', provider: 'manual' };
      await inTransaction((tx, ctx) => takePayment(tx, ctx, order));
    },
    renew: (id) => inTransaction((tx, ctx) => renewService(tx, ctx, { id })),
    activate: (id) => inTransaction((tx, ctx) => activatePrepaid(tx, ctx, { id })),
    changeTo: (serviceId, planId) =>
      inTransaction((tx, ctx) => changeAnyPackage(tx, ctx, { serviceId, planId })),
    expire: async (moved, isDryRun = false) => {
      if (moved !== undefined) clock.set(moved);
      return expirePrepaid({ db, clock, logger: silentLogger }, { actor: SYSTEM_ACTOR, isDryRun });
    },
    state: async (username) => {
      const service = await findService(db, username);
      const [customer] = await db.query<{ credit_balance: string }>(
        'select credit_balance from customers where id = $1::bigint',
        [service?.customerId],
      );
      return {
        status: service?.status ?? '',
        package: service?.planCode ?? '',
        expires: service?.expiresAt?.toISOString().replace('.000', ''),
        credit: Number(customer?.credit_balance),
      };
    },
    discrepancies: () => findDiscrepancies(db),
  };
}
