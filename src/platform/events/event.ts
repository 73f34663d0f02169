import { z } from 'zod';
import type { CreditNoteId, InvoiceId, PaymentId, PlanId, ServiceId } from '../../kernel/ids.ts';

const idText = z.string().regex(/^[1-9]\d*$/);
const serviceId = idText.transform((text) => text as ServiceId);
const invoiceId = idText.transform((text) => text as InvoiceId);
const paymentId = idText.transform((text) => text as PaymentId);
const creditNoteId = idText.transform((text) => text as CreditNoteId);
const planId = idText.transform((text) => text as PlanId);

const aboutService = z.object({ service_id: serviceId });
const aboutInvoice = z.object({ invoice_id: invoiceId });
const aboutPayment = z.object({ payment_id: paymentId });

/**
 * What each event carries: ids, never values, because a handler recomputes the desired state from the data
 * (architecture section 6).
 */
const PAYLOADS = {
  'service.created': aboutService,
  'service.imported': z.object({ service_ids: z.array(serviceId) }),
  'service.activated': aboutService,
  'service.edited': aboutService,
  'service.moved': aboutService,
  'service.suspended': aboutService,
  'service.resumed': aboutService,
  'service.speed_changed': aboutService,
  'service.credentials_changed': aboutService,
  'service.disconnect_requested': aboutService,
  'service.package_changed': aboutService,
  'service.expired': aboutService,
  'service.renewed': aboutService,
  'service.cancelled': aboutService,
  /** What a package gives its live sessions is no longer what they were let in with. */
  'package.terms_changed': z.object({ package_id: planId }),
  'usage.alert_raised': z.object({ service_id: serviceId, alert_id: idText }),
  'invoice.issued': aboutInvoice,
  'invoice.paid': aboutInvoice,
  'invoice.voided': aboutInvoice,
  'invoice.written_off': aboutInvoice,
  'invoice.write_off_reversed': aboutInvoice,
  'credit_note.issued': z.object({ credit_note_id: creditNoteId }),
  'payment.received': aboutPayment,
  'payment.refunded': aboutPayment,
  'voucher.redeemed': z.object({ voucher_id: idText }),
  /** Level 0 is the courtesy notice before the due date (billing-rules N1). */
  'reminder.sent': z.object({ invoice_id: invoiceId, level: z.number().int().min(0) }),
} as const;

export type EventTopic = keyof typeof PAYLOADS;

/** Every topic there is. */
export const EVENT_TOPICS = Object.keys(PAYLOADS) as readonly EventTopic[];

/** Something that happened to the business, recorded in the transaction that made it so. */
export type DomainEvent = {
  [Topic in EventTopic]: { readonly topic: Topic; readonly payload: z.output<(typeof PAYLOADS)[Topic]> };
}[EventTopic];

/** The topics that tell of one service. */
export type ServiceTopic = Exclude<Extract<EventTopic, `service.${string}`>, 'service.imported'>;

/** The topics that tell of one invoice. */
export type InvoiceTopic = Extract<EventTopic, `invoice.${string}`>;

/** An event about one service. */
export function serviceEvent(topic: ServiceTopic, id: ServiceId): DomainEvent {
  return { topic, payload: { service_id: id } };
}

/** An event about one invoice. */
export function invoiceEvent(topic: InvoiceTopic, id: InvoiceId): DomainEvent {
  return { topic, payload: { invoice_id: id } };
}

/** An event read back from the outbox; undefined when it is none this version knows. */
export function parseEvent(topic: string, payload: unknown): DomainEvent | undefined {
  if (!Object.hasOwn(PAYLOADS, topic)) return undefined;
  const parsed = PAYLOADS[topic as EventTopic].safeParse(payload);
  return parsed.success ? ({ topic, payload: parsed.data } as DomainEvent) : undefined;
}
