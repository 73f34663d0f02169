import { z } from 'zod';
import type { ServiceId } from '../../kernel/ids.ts';

const serviceId = z
  .string()
  .regex(/^[1-9]\d*$/)
  .transform((text) => text as ServiceId);

const aboutService = z.object({ service_id: serviceId });

/**
 * What each event carries: ids, never values, because a handler recomputes the desired state from the data
 * (architecture section 6).
 */
const PAYLOADS = {
  'service.created': aboutService,
  'service.imported': z.object({ service_ids: z.array(serviceId) }),
  'service.suspended': aboutService,
  'service.resumed': aboutService,
  'service.speed_changed': aboutService,
  'service.credentials_changed': aboutService,
  'service.disconnect_requested': aboutService,
} as const;

export type EventTopic = keyof typeof PAYLOADS;

/** Something that happened to the business, recorded in the transaction that made it so. */
export type DomainEvent = {
  [Topic in EventTopic]: { readonly topic: Topic; readonly payload: z.output<(typeof PAYLOADS)[Topic]> };
}[EventTopic];

/** The topics that tell of one service. */
export type ServiceTopic = Exclude<EventTopic, 'service.imported'>;

/** An event about one service. */
export function serviceEvent(topic: ServiceTopic, id: ServiceId): DomainEvent {
  return { topic, payload: { service_id: id } };
}

/** An event read back from the outbox; undefined when it is none this version knows. */
export function parseEvent(topic: string, payload: unknown): DomainEvent | undefined {
  if (!Object.hasOwn(PAYLOADS, topic)) return undefined;
  const parsed = PAYLOADS[topic as EventTopic].safeParse(payload);
  return parsed.success ? ({ topic, payload: parsed.data } as DomainEvent) : undefined;
}
