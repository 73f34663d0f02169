import { changeAndAwait } from '../network/enforcement/enforcement-wait.service.ts';
import { isUnsuccessful } from '../network/enforcement/enforcement-words.ts';
import { effectSentences } from '../network/enforcement/network-outcome.ts';
import type { Actor } from '../platform/identity/actor.ts';
import type { ServiceDeps } from '../subscribers/services/provisioning.service.ts';
import { findService, type ServiceListing } from '../subscribers/services/service.store.ts';
import type { ServiceChange } from '../subscribers/services/service-change.service.ts';
import { type CommandCall, EXIT, type ExitStatus } from './command.ts';

const patienceMs = 3_000;

/**
 * Makes a change to a service, waits for what it does to live sessions and says so. `sentence` words the change
 * itself. The status is `failed` when a router did not obey, though it goes on being told.
 */
export async function changeAndReport(
  { open, out }: CommandCall,
  order: {
    change: (deps: ServiceDeps, actor: Actor) => Promise<ServiceChange>;
    sentence: (view: { after: ServiceListing; timeZone: string }) => string | undefined;
  },
): Promise<ExitStatus> {
  const { db, box, businessClock: clock, actor, timeZone } = await open();
  const { change, effect } = await changeAndAwait(
    db,
    () => order.change({ db, box, clock }, actor),
    patienceMs,
  );
  const after = await findService(db, change.before.username);
  if (after === undefined) throw new Error(`The service ${change.before.id} vanished.`);
  const machine = {
    id: after.id,
    username: after.username,
    status: after.status,
    reason: after.reason,
    rateLimit: after.rateLimit ?? after.planRateLimit,
    ...effect,
  };
  out.result(machine, () => {
    const sentence = order.sentence({ after, timeZone });
    return [...(sentence === undefined ? [] : [sentence]), ...effectSentences(effect)].join('\n');
  });
  return effect.enforcements.some(isUnsuccessful) ? EXIT.failed : EXIT.done;
}
