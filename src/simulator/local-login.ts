import { parseRateLimit } from '../kernel/bandwidth.ts';
import type { RouterConfig } from './routeros/router-config.ts';
import type { SessionTerms } from './session.ts';
import type { Subscriber } from './subscriber.ts';

/** What a `/ppp/secret` of the router itself says to a login; RADIUS is asked only when there is none. */
export type LocalAnswer =
  | {
      readonly outcome: 'accepted';
      readonly terms: SessionTerms;
      readonly address: string | undefined;
      readonly isRadius: false;
    }
  | { readonly outcome: 'rejected'; readonly reason: string };

/** Looks a subscriber up among the secrets of the router; undefined when none has the name. */
export function localLogin(config: RouterConfig, subscriber: Subscriber): LocalAnswer | undefined {
  if (subscriber.service !== 'pppoe' && subscriber.service !== 'l2tp') return undefined;
  const secret = config.menu('/ppp/secret').find({ name: subscriber.username });
  if (secret === undefined) return undefined;
  const isForService = secret.service === 'any' || secret.service === subscriber.service;
  const isFrom = !secret['caller-id'] || secret['caller-id'] === subscriber.mac;
  if (secret.disabled === 'true' || !isForService || !isFrom || secret.password !== subscriber.password) {
    return { outcome: 'rejected', reason: 'authentication failed' };
  }
  const profile = config.menu('/ppp/profile').find({ name: secret.profile ?? 'default' });
  const rateLimitText = profile?.['rate-limit'];
  const rate = rateLimitText === undefined ? undefined : parseRateLimit(rateLimitText);
  return {
    outcome: 'accepted',
    isRadius: false,
    address: secret['remote-address'],
    terms: {
      rateLimit: rate?.ok ? rate.value : undefined,
      rateLimitText,
      sessionTimeoutS: undefined,
      idleTimeoutS: undefined,
      interimS: undefined,
      addressList: profile?.['address-list'] || undefined,
      group: secret.profile,
    },
  };
}
