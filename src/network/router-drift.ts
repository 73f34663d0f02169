import type { DesiredState } from './desired-state.ts';
import type { ActiveSession } from './routeros/ppp-active.ts';
import { plainSessionId } from './routeros/ppp-active.ts';
import { isMaxLimit } from './routeros/simple-queue.ts';

/** An open session as the database has it, and what its service should have. */
export interface KnownSession {
  readonly sessionId: string;
  readonly serviceId: string | undefined;
  readonly username: string;
  readonly acctSessionId: string;
  /** Undefined for a session without a service. */
  readonly desired: DesiredState | undefined;
}

/** A secret on the router, as far as drift goes. */
export interface SeenSecret {
  readonly name: string;
  readonly isOurs: boolean;
}

/** What a fix does: a CoA, an end of the session on the router, doubt about one in the database. */
export type DriftFix = 'coa' | 'end_on_router' | 'doubt' | 'none';

/** One thing that is not on the router as the database has it. */
export interface DriftItem {
  /** Names the item in a fix; the same as long as the drift is the same. */
  readonly key: string;
  readonly kind: 'session' | 'secret';
  readonly difference: 'only_on_router' | 'only_in_database' | 'different';
  readonly username: string;
  readonly sessionId: string | undefined;
  readonly serviceId: string | undefined;
  readonly acctSessionId: string | undefined;
  readonly detail: string;
  readonly fix: DriftFix;
}

/** What the router shows and the database has, both whole: an error is no list, and must not get here. */
export interface DriftFacts {
  readonly active: readonly ActiveSession[];
  /** `max-limit` of queues by name. */
  readonly queues: ReadonlyMap<string, string>;
  readonly secrets: readonly SeenSecret[];
  readonly sessions: readonly KnownSession[];
  /** Services that RADIUS enforces, by user name: a secret of the same name would win over them. */
  readonly radiusUsernames: ReadonlySet<string>;
}

/** Every difference between a router and the database, sessions first. */
export function driftOf(facts: DriftFacts): DriftItem[] {
  const seen = new Map(
    facts.active.filter(({ isRadius }) => isRadius).map((session) => [keyOf(session), session]),
  );
  const known = new Set(facts.sessions.map(keyOf));
  const items = facts.sessions.flatMap((session) => {
    const active = seen.get(keyOf(session));
    return active === undefined ? [missing(session)] : (rateDrift(session, active, facts.queues) ?? []);
  });
  for (const [key, session] of seen) if (!known.has(key)) items.push(stranger(session));
  return [...items, ...facts.secrets.flatMap((secret) => shadow(secret, facts.radiusUsernames))];
}

function missing(session: KnownSession): DriftItem {
  return {
    ...aboutSession(session),
    sessionId: session.sessionId,
    serviceId: session.serviceId,
    difference: 'only_in_database',
    detail: 'Open here, not on the router: its Stop was lost, or is on its way.',
    fix: 'doubt',
  };
}

function stranger(session: ActiveSession): DriftItem {
  return {
    ...aboutSession(session),
    sessionId: undefined,
    serviceId: undefined,
    difference: 'only_on_router',
    detail: 'On the router by RADIUS, without an open session here: its usage is not counted.',
    fix: 'end_on_router',
  };
}

function rateDrift(
  session: KnownSession,
  active: ActiveSession,
  queues: ReadonlyMap<string, string>,
): DriftItem | undefined {
  const { desired } = session;
  if (desired === undefined || !('rateLimit' in desired) || desired.rateLimit === undefined) return undefined;
  const shown = queues.get(`<${active.service}-${active.username}>`);
  if (isMaxLimit(shown, desired.rateLimit)) return undefined;
  return {
    ...aboutSession(session),
    sessionId: session.sessionId,
    serviceId: session.serviceId,
    difference: 'different',
    detail: `The rate should be ${desired.rateLimit}; the router has ${shown ?? 'no queue for it'}.`,
    fix: 'coa',
  };
}

function shadow(secret: SeenSecret, radiusUsernames: ReadonlySet<string>): DriftItem[] {
  if (secret.isOurs || !radiusUsernames.has(secret.name)) return [];
  return [
    {
      key: `secret:${secret.name}`,
      kind: 'secret',
      difference: 'only_on_router',
      username: secret.name,
      sessionId: undefined,
      serviceId: undefined,
      acctSessionId: undefined,
      detail:
        'A secret made on the router wins over RADIUS: this line is neither counted nor suspended. On the router: ' +
        `/ppp secret remove [find name="${secret.name}"]`,
      fix: 'none',
    },
  ];
}

function aboutSession(session: { readonly username: string; readonly acctSessionId: string }) {
  const { username, acctSessionId } = session;
  return { key: `session:${keyOf(session)}`, kind: 'session' as const, username, acctSessionId };
}

function keyOf(session: { readonly username: string; readonly acctSessionId: string }): string {
  return `${plainSessionId(session.acctSessionId)}:${session.username}`;
}
