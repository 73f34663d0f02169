import type { Database, Transaction } from '../../db/database.ts';
import { conflict, invalid, notFound } from '../../kernel/errors.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { connectionOfNas, lockNasForConnection } from '../connection/mikrotik-connection.store.ts';
import { notConfigured } from '../connection/mikrotik-connection.ts';
import {
  lockProvision,
  type Provision,
  provisionedService,
  putProvision,
  readProvision,
  recheckProvisions,
} from './router-provision.store.ts';

/** How a service is enforced. */
export type ServiceMode =
  | { readonly mode: 'radius' }
  | {
      readonly mode: 'local';
      readonly nasId: string;
      readonly kind: 'ppp' | 'ipoe';
      /** Of the PPP secret; `any` serves all. */
      readonly pppService: string;
    };

/** The mode of a service, and how far the router is. */
export interface ModeView {
  readonly mode: 'radius' | 'local';
  readonly provision: Provision | undefined;
}

/** Throws `service_not_found`. */
export async function readServiceMode(db: Database, serviceId: string): Promise<ModeView> {
  if ((await provisionedService(db, serviceId)) === undefined) throw unknownService(serviceId);
  return viewOf(await readProvision(db, serviceId));
}

/**
 * Sets how a service is enforced. `local` needs a router with API credentials, and IPoE an address of its own; back
 * to `radius` takes what is ours off the router. The router follows within seconds, and the view says how far it is.
 * Throws `service_not_found`, `nas_not_found`, `routeros_not_configured`, `validation_failed` or `router_has_service`.
 */
export async function setServiceMode(
  db: Database,
  order: { readonly serviceId: string; readonly mode: ServiceMode; readonly actor: Actor },
): Promise<ModeView> {
  const { serviceId, mode, actor } = order;
  return db.transaction(async (tx) => {
    const service = await provisionedService(tx, serviceId);
    if (service === undefined) throw unknownService(serviceId);
    const before = await lockProvision(tx, serviceId);
    if (mode.mode === 'local')
      await goLocal(tx, serviceId, mode, { before, hasAddress: service.framedIp !== undefined });
    else if (before !== undefined) await putProvision(tx, { ...before, isLeaving: true });
    const after = await readProvision(tx, serviceId);
    await recordAudit(tx, {
      actor,
      action: 'service.mode_changed',
      entity: 'service',
      entityId: serviceId,
      before: image(before),
      after: image(after),
    });
    return viewOf(after);
  });
}

async function goLocal(
  tx: Transaction,
  serviceId: string,
  mode: Extract<ServiceMode, { mode: 'local' }>,
  known: { readonly before: Provision | undefined; readonly hasAddress: boolean },
): Promise<void> {
  const { nasId, kind, pppService } = mode;
  const nas = await lockNasForConnection(tx, nasId);
  if (nas === undefined) throw notFound('nas_not_found', `There is no router with the id ${nasId}.`);
  if ((await connectionOfNas(tx, nasId)) === undefined) throw notConfigured(nas.name);
  if (kind === 'ipoe' && !known.hasAddress) {
    throw invalid('A service on IPoE needs an address of its own (framed_ip): its queue is made for it.', {
      framed_ip: 'It must be set.',
    });
  }
  if (known.before !== undefined && known.before.nasId !== nasId) {
    throw conflict(
      'router_has_service',
      'The service is kept on another router: set it to radius first, and move it when it has left that one.',
    );
  }
  await putProvision(tx, { serviceId, nasId, kind, pppService, isLeaving: false });
}

function viewOf(provision: Provision | undefined): ModeView {
  return { mode: provision === undefined || provision.isLeaving ? 'radius' : 'local', provision };
}

function image(provision: Provision | undefined): Record<string, unknown> {
  if (provision === undefined || provision.isLeaving) return { mode: 'radius' };
  const { nasId, kind, pppService } = provision;
  return { mode: 'local', nas_id: nasId, kind, ppp_service: pppService };
}

function unknownService(serviceId: string) {
  return notFound('service_not_found', `There is no service with the id ${serviceId}.`);
}

/** Has every service that is kept on a router looked at there again; returns how many. */
export function recheckServices(db: Database): Promise<number> {
  return recheckProvisions(db);
}
