import type { Transaction } from '../../db/database.ts';
import { conflict, notFound } from '../../kernel/errors.ts';
import { checkVersion } from '../../kernel/version.ts';
import { type ServiceTopic, serviceEvent } from '../../platform/events/event.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { type Actor, actorLabel } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { lockService, type ServicePatch, updateService } from './service.store.ts';
import type { Service } from './service.ts';
import { serviceImage } from './service-image.ts';
import { appendServiceLog } from './service-log.store.ts';
import type { LogDetail, ServiceAction } from './service-log.ts';
import { nameOfRef, type ServiceRef } from './service-ref.ts';

/** Whose service, and who acts. With `version` the change is made only to that version of it. */
export type ServiceOrder = ServiceRef & {
  readonly actor: Actor;
  readonly version?: number | undefined;
};

/** The service before and after a change. */
export interface ServiceChange {
  readonly before: Service;
  readonly after: Service;
}

/** The service, locked. Throws `service_not_found` or `version_conflict`. */
export async function requireService(
  tx: Transaction,
  ref: ServiceRef & { readonly version?: number | undefined },
): Promise<Service> {
  const service = await lockService(tx, ref);
  if (service === undefined) throw notFound('service_not_found', `There is no service ${nameOfRef(ref)}.`);
  checkVersion(ref.version, service.version);
  return service;
}

/** As `requireService`, for a change only a service that is not over can have; throws `service_cancelled`. */
export async function requireLiving(
  tx: Transaction,
  ref: ServiceRef & { readonly version?: number | undefined },
): Promise<Service> {
  const service = await requireService(tx, ref);
  if (service.status !== 'cancelled') return service;
  throw conflict('service_cancelled', `'${service.username}' is cancelled, which is final.`);
}

/** A change as it is written: what is altered, and what is told of it. */
export interface ChangeRecord {
  readonly patch: ServicePatch;
  /** Also names the entry of the audit log: `service.<action>`. */
  readonly action: ServiceAction;
  readonly topics: readonly ServiceTopic[];
  readonly detail?: LogDetail;
}

/** Writes a change of a locked service with its log entry, its audit entry and its events. */
export async function recordChange(
  tx: Transaction,
  actor: Actor,
  before: Service,
  { patch, action, topics, detail = {} }: ChangeRecord,
): Promise<ServiceChange> {
  const isChanged = Object.keys(patch).length > 0;
  const after = isChanged ? await updateService(tx, before.id, patch) : before;
  await appendServiceLog(tx, { serviceId: before.id, action, actor: actorLabel(actor), detail });
  await recordAudit(tx, {
    actor,
    action: `service.${action}`,
    entity: 'service',
    entityId: before.id,
    before: serviceImage(before),
    after: { ...serviceImage(after), ...detail },
  });
  for (const topic of topics) await recordEvent(tx, serviceEvent(topic, before.id));
  return { before, after };
}
