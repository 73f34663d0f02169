import { z } from '@hono/zod-openapi';
import type { NetworkOutcome } from '../../../network/enforcement/network-outcome.ts';
import type { SessionReport } from '../../../usage/sessions/session-reading.service.ts';
import { id, instant, number, numberOrNull } from '../../schemas/values.ts';

/** What really happened on the network. */
export const networkSchema = z
  .object({
    result: z.enum(['acknowledged', 'refused', 'unreachable', 'no_session', 'pending']),
    round_trip_ms: z.number().nullable(),
    detail: z.string().openapi({ description: 'The same in words.' }),
  })
  .openapi('NetworkOutcome');

/** The outcome as JSON. */
export function networkView({ result, roundTripMs, detail }: NetworkOutcome) {
  return { result, round_trip_ms: roundTripMs ?? null, detail };
}

/** A session in an answer. Bytes are the session's own totals. */
export const sessionSchema = z
  .object({
    id,
    service_id: id.nullable(),
    username: z.string(),
    nas_id: id,
    nas: z.string().nullable().openapi({ description: 'Null when the NAS has been removed.' }),
    acct_session_id: z.string(),
    state: z.enum(['live', 'uncertain', 'closed']),
    grade: z.string().nullable().openapi({ description: 'full, throttled or walled.' }),
    started_at: instant,
    last_report_at: instant,
    closed_at: instant.nullable(),
    close_cause: z.string().nullable(),
    duration_s: z.int(),
    upload_bytes: z.int(),
    download_bytes: z.int(),
    ip: z.string().nullable(),
    framed_ipv6_prefix: z.string().nullable(),
    delegated_ipv6_prefix: z.string().nullable(),
    calling_station: z.string().nullable(),
    nas_port_id: z.string().nullable(),
  })
  .openapi('Session');

/** The session as JSON. */
export function sessionView(session: SessionReport): z.output<typeof sessionSchema> {
  return {
    id: number(session.id),
    service_id: numberOrNull(session.serviceId),
    username: session.username,
    nas_id: number(session.nasId),
    nas: session.nasName ?? null,
    acct_session_id: session.acctSessionId,
    state: session.state,
    grade: session.grade ?? null,
    started_at: session.startedAt.toISOString(),
    last_report_at: session.lastReportAt.toISOString(),
    closed_at: session.closedAt?.toISOString() ?? null,
    close_cause: session.closeCause ?? null,
    duration_s: session.sessionTimeS,
    upload_bytes: number(session.uploadOctets),
    download_bytes: number(session.downloadOctets),
    ip: session.framedIp ?? null,
    framed_ipv6_prefix: session.framedIpv6Prefix ?? null,
    delegated_ipv6_prefix: session.delegatedIpv6Prefix ?? null,
    calling_station: session.callingStation ?? null,
    nas_port_id: session.nasPortId ?? null,
  };
}
