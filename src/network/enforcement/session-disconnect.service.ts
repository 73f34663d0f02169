import type { Database } from '../../db/database.ts';
import { conflict, notFound } from '../../kernel/errors.ts';
import type { SessionId } from '../../kernel/ids.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import {
  recordChange,
  requireService,
  type ServiceChange,
} from '../../subscribers/services/service-change.service.ts';
import { listSessions } from '../../usage/sessions/session-report.store.ts';
import {
  hurryEnforcements,
  insertEnforcement,
  openEnforcementsOf,
  supersedeEnforcements,
} from './enforcement.store.ts';
import { mergePlan } from './enforcement-merge.ts';

/**
 * Orders one live session to be ended; the subscriber may dial again. Throws `session_not_found`, `session_closed`,
 * or `session_without_service` for a session of nobody known, which only its router can end.
 */
export function disconnectSession(
  db: Database,
  order: { readonly id: SessionId; readonly actor: Actor },
): Promise<ServiceChange> {
  return db.transaction(async (tx) => {
    const [session] = await listSessions(tx, { id: order.id, includeClosed: true, limit: 1 });
    if (session === undefined) throw notFound('session_not_found', `There is no session ${order.id}.`);
    const { id: sessionId, serviceId, nasId } = session;
    if (session.state === 'closed') {
      throw conflict('session_closed', `The session ${sessionId} has ended already.`);
    }
    if (serviceId === undefined) {
      throw conflict(
        'session_without_service',
        `The session ${sessionId} belongs to no service known here: end it on its router.`,
      );
    }
    const service = await requireService(tx, { id: serviceId });
    const open = (await openEnforcementsOf(tx, [serviceId])).get(sessionId) ?? [];
    const cause = 'disconnect_requested';
    const merged = mergePlan({ kind: 'disconnect', cause }, open);
    await supersedeEnforcements(tx, merged.supersede);
    await hurryEnforcements(tx, merged.hurry);
    if (merged.insert !== undefined) {
      await insertEnforcement(tx, { serviceId, sessionId, nasId, cause, kind: 'disconnect', attributes: [] });
    }
    return recordChange(tx, order.actor, service, {
      patch: {},
      action: 'disconnect_requested',
      topics: [],
      detail: { session_id: sessionId },
    });
  });
}
