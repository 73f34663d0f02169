import type { Temporal } from 'temporal-polyfill';
import type { BillingContext } from '../billing/billing-context.ts';
import { changePackage } from '../billing/cycles/change.service.ts';
import { writeOffInvoice } from '../billing/invoices/write-off.service.ts';
import { refundPayment } from '../billing/payments/refund.service.ts';
import { signUpAny } from '../billing/prepaid/activation.service.ts';
import { cancelAny } from '../billing/prepaid/cancellation.service.ts';
import { giveCredit, takePayment } from '../billing/prepaid/top-up.service.ts';
import { inBilling } from '../billing/use-case.service.ts';
import type { Database, Transaction } from '../db/database.ts';
import { startOfDay } from '../kernel/calendar.ts';
import type { CustomerId, PlanId, ServiceId } from '../kernel/ids.ts';
import type { Actor } from '../platform/identity/actor.ts';
import type { SecretBox } from '../platform/secrets/secret-box.ts';
import { findPlanByCode } from '../subscribers/catalog/plan.store.ts';
import { suspendService } from '../subscribers/services/lifecycle.service.ts';
import { type Biography, biographyOf, formerBiographyOf } from './biography.ts';
import { DEMO_TIME_ZONE } from './catalog.ts';
import { expiringPrepaid, type OpenBill, openBills } from './demo.store.ts';
import type { DemoSubscriber } from './people.ts';
import type { YearClock } from './year-clock.ts';

/** What people act with: everything is part of one transaction. */
export interface YearSite {
  readonly tx: Transaction;
  readonly db: Database;
  readonly clock: YearClock;
}

/** Somebody in the year of the demo; ids once they have signed up. */
export interface Person {
  readonly subscriber: DemoSubscriber;
  readonly biography: Biography;
  readonly index: number;
  serviceId: ServiceId | undefined;
  customerId: CustomerId | undefined;
}

const actor: Actor = { kind: 'system', name: 'demo' };
/** Days ago on which the office gave something for an outage, and on which somebody paid twice. */
const OUTAGES = [212, 121, 47];
const PAID_TWICE = 150;
const ADMIN_HOLD_DAYS = 5;

/** The people of the demo and what they do: join, pay, forget to, change their minds, leave. */
export class YearPeople {
  readonly #site: YearSite & { readonly box: SecretBox };
  readonly #people: readonly Person[];
  readonly #byCustomer = new Map<CustomerId, Person>();

  constructor(
    site: YearSite & { readonly box: SecretBox },
    cast: {
      readonly subscribers: readonly DemoSubscriber[];
      readonly former: readonly DemoSubscriber[];
      readonly days: number;
    },
  ) {
    this.#site = site;
    const nobody = { serviceId: undefined, customerId: undefined };
    const { today } = site.clock;
    this.#people = [
      ...cast.subscribers.map((subscriber, index) => {
        const biography = biographyOf(subscriber, index, today, cast.days);
        return { subscriber, index, biography, ...nobody };
      }),
      ...cast.former.map((subscriber, at) => {
        const index = cast.subscribers.length + at;
        return { subscriber, index, biography: formerBiographyOf(subscriber, index, cast.days), ...nobody };
      }),
    ];
  }

  /** Those who have signed up, by their service. */
  get joined(): readonly (Person & { readonly serviceId: ServiceId })[] {
    return this.#people.filter(
      (one): one is Person & { serviceId: ServiceId } => one.serviceId !== undefined,
    );
  }

  /** Everybody who joins on a day; a prepaid one pays the first week with it. */
  async signUp(daysAgo: number): Promise<void> {
    for (const person of this.#people) {
      const { subscriber, biography } = person;
      if (biography.joinedDaysAgo !== daysAgo) continue;
      const isPrepaid = subscriber.planCode === PREPAID_CODE;
      const { username, password, customerName, mac, framedIp } = subscriber;
      const created = await signUpAny(this.#deps, {
        username,
        password,
        customerName,
        mac,
        planCode: biography.firstPlanCode,
        actor,
        ...(framedIp !== undefined && { framedIp }),
        ...(isPrepaid && { autoRenew: true }),
        ...(biography.promotionCode !== undefined && { promotionCodes: [biography.promotionCode] }),
      });
      person.serviceId = created.id;
      person.customerId = created.customerId;
      this.#byCustomer.set(created.customerId, person);
      if (isPrepaid) await this.#receive(created.customerId, WEEK_GROSS_MINOR, 'mpesa', `W${created.id}-0`);
    }
  }

  /** Prepaid people pay for another week on the morning of the day it ends. */
  async topUp(date: Temporal.PlainDate): Promise<void> {
    const daysAgo = date.until(this.#site.clock.today).days;
    for (const { serviceId, customerId } of await expiringPrepaid(this.#site.tx, dayOf(date))) {
      const person = this.#byCustomer.get(customerId);
      if (person === undefined || person.biography.paysUntilDaysAgo > daysAgo) continue;
      await this.#receive(customerId, WEEK_GROSS_MINOR, 'mpesa', `W${serviceId}-${date}`);
    }
  }

  /** Invoices are paid when their time has come, by who pays at all. */
  async pay(date: Temporal.PlainDate, daysAgo: number): Promise<void> {
    const bills = (await openBills(this.#site.tx)).filter((bill) => this.#isPaidOn(bill, date));
    const [first] = bills;
    if (first !== undefined && OUTAGES.includes(daysAgo)) {
      const draft = { invoiceId: first.id, grossMinor: first.balanceMinor / 10n };
      await this.#in((tx, ctx) => giveCredit(tx, ctx, draft, 'Three days without service'));
    }
    // What different customers do may be sent together.
    await Promise.all(
      [...byCustomer(bills)].map(async ([customerId, own]) => {
        const method = this.#byCustomer.get(customerId)?.biography.method ?? 'cash';
        for (const { id, balanceMinor } of own) {
          const isCredited = id === first?.id && OUTAGES.includes(daysAgo);
          const amountMinor = isCredited ? balanceMinor - balanceMinor / 10n : balanceMinor;
          await this.#receive(customerId, amountMinor, method, `P${id}`);
        }
      }),
    );
    if (first !== undefined && daysAgo === PAID_TWICE) {
      const { payment } = await this.#receive(
        first.customerId,
        first.balanceMinor,
        'mpesa',
        `P${first.id}-again`,
      );
      await this.#in((tx, ctx) => refundPayment(tx, ctx, { paymentId: payment.id, reason: 'Paid twice' }));
    }
  }

  /** Upgrades, cancellations, and what the office does about a line. */
  async changeMinds(daysAgo: number): Promise<void> {
    for (const { subscriber, biography, serviceId, customerId } of this.#people) {
      if (serviceId === undefined || customerId === undefined) continue;
      if (biography.changedDaysAgo === daysAgo) {
        const planId = await this.#planId(subscriber.planCode);
        await this.#in((tx, ctx) => changePackage(tx, ctx, { serviceId, planId, effective: 'immediate' }));
      }
      if (biography.leaving?.daysAgo === daysAgo)
        await this.#leave(serviceId, customerId, biography.leaving.how);
      if (subscriber.fate === 'suspended' && daysAgo === ADMIN_HOLD_DAYS) {
        const note = 'Router moved to another house.';
        await suspendService(this.#deps, { username: subscriber.username, actor, note });
      }
    }
  }

  async #leave(
    serviceId: ServiceId,
    customerId: CustomerId,
    how: NonNullable<Biography['leaving']>['how'],
  ): Promise<void> {
    if (how !== 'unpaid') {
      await this.#in((tx, ctx) => cancelAny(tx, ctx, { serviceId, when: how }));
      return;
    }
    await this.#in((tx, ctx) => cancelAny(tx, ctx, { serviceId, when: 'now', isProrated: false }));
    const bills = await openBills(this.#site.tx);
    for (const { id } of bills.filter((bill) => bill.customerId === customerId)) {
      await this.#in((tx, ctx) => writeOffInvoice(tx, ctx, { invoiceId: id, reason: 'Moved away' }));
    }
  }

  /** The same invoice is always paid on the same day. */
  #isPaidOn({ id, customerId, issuedOn }: OpenBill, date: Temporal.PlainDate): boolean {
    const person = this.#byCustomer.get(customerId);
    if (person === undefined) return false;
    const { paysAfterDays, paysUntilDaysAgo } = person.biography;
    if (issuedOn.until(this.#site.clock.today).days < paysUntilDaysAgo) return false;
    const jitter = (Number(id) % 7) - 3;
    return issuedOn.until(date).days >= Math.max(1, paysAfterDays + jitter);
  }

  #receive(customerId: CustomerId, amountMinor: bigint, method: string, externalRef: string) {
    const order = { customerId, amountMinor, method, provider: method, externalRef: `DEMO-${externalRef}` };
    return this.#in((tx, ctx) => takePayment(tx, ctx, order));
  }

  async #planId(code: string): Promise<PlanId> {
    const plan = await findPlanByCode(this.#site.tx, code);
    if (plan === undefined) throw new Error(`The demo sells no package ${code}.`);
    return plan.id;
  }

  #in<T>(work: (tx: Transaction, ctx: BillingContext) => Promise<T>): Promise<T> {
    return inBilling(this.#site, actor, work);
  }

  get #deps() {
    return { db: this.#site.db, box: this.#site.box, clock: this.#site.clock };
  }
}

function byCustomer(bills: readonly OpenBill[]): Map<CustomerId, OpenBill[]> {
  const groups = new Map<CustomerId, OpenBill[]>();
  for (const bill of bills) groups.set(bill.customerId, [...(groups.get(bill.customerId) ?? []), bill]);
  return groups;
}

function dayOf(date: Temporal.PlainDate): { fromAt: string; toAt: string } {
  const startOf = (day: Temporal.PlainDate) => startOfDay(day, DEMO_TIME_ZONE).toString();
  return { fromAt: startOf(date), toAt: startOf(date.add({ days: 1 })) };
}

const PREPAID_CODE = 'WEEK10';
/** A week of it, with VAT. */
const WEEK_GROSS_MINOR = 69_484n;
