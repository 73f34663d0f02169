import type { CustomerId, ServiceId } from '../../../../src/kernel/ids.ts';
import { Subscriber, type SubscriberParts } from '../../../../src/radius/auth/subscriber.ts';
import { someReplies } from '../policy/factories.ts';

/** Service 42 of alice, active, with nothing of its own; its sealed password is the clear one. */
export function someSubscriber(parts: Partial<SubscriberParts> = {}): Subscriber {
  return new Subscriber({
    serviceId: '42' as ServiceId,
    customerId: '7' as CustomerId,
    username: 'alice',
    sealedPassword: 'secret',
    openPassword: (sealed) => Buffer.from(sealed),
    state: 'active',
    stateReason: undefined,
    expiresAtMs: 0,
    macLock: undefined,
    bindMacOnFirstUse: false,
    allowedNas: undefined,
    sessionLimit: 1,
    quota: undefined,
    version: 1,
    plan: { planId: '1', replies: someReplies(), interimIntervalS: 0 },
    ownReplies: undefined,
    ownRepliesUntilMs: 0,
    laterReplies: undefined,
    ...parts,
  });
}
