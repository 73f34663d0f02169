import type { CustomerId, NasId, ServiceId } from '../../../../src/kernel/ids.ts';
import type { AccessFacts } from '../../../../src/radius/policy/facts.ts';
import type { ServiceReplies, Subject } from '../../../../src/radius/policy/subject.ts';

/** 2026-05-01T10:00:00Z: "now" of the policy tests. */
export const NOW_MS = Date.UTC(2026, 4, 1, 10, 0, 0);
export const MAC = 'AA:BB:CC:00:11:22';
export const OTHER_MAC = 'AA:BB:CC:00:11:23';

/** Replies without content; one `sessionTimeoutS` is all that decisions read of them. */
export function someReplies(sessionTimeoutS = 0): ServiceReplies {
  return { full: Buffer.of(1), throttled: Buffer.of(2), walled: Buffer.of(3), sessionTimeoutS };
}

/** An active service with nothing individual about it. */
export function someSubject(change: Partial<Subject> = {}): Subject {
  return {
    serviceId: '42' as ServiceId,
    customerId: '7' as CustomerId,
    username: 'alice',
    password: Buffer.from('secret'),
    ntHash: undefined,
    state: 'active',
    stateReason: undefined,
    expiresAtMs: 0,
    macLock: undefined,
    bindMacOnFirstUse: false,
    allowedNas: undefined,
    sessionLimit: 0,
    quota: undefined,
    replies: someReplies(),
    version: 1,
    ...change,
  };
}

/** A signed PAP request of alice from router `tower-1`, the password right unless `isRight` is false. */
export function someFacts(change: Partial<AccessFacts> = {}, isRight = true): AccessFacts {
  return {
    nasId: '3' as NasId,
    nasName: 'tower-1',
    isSigned: true,
    method: 'pap',
    userName: 'alice',
    callingStationId: MAC,
    otherLiveSessions: 0,
    nowMs: NOW_MS,
    credentials: { matches: () => isRight },
    ...change,
  };
}
