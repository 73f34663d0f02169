import type { DesiredState } from '../desired-state.ts';
import type { ActiveSession } from '../routeros/ppp-active.ts';
import { plainSessionId } from '../routeros/ppp-active.ts';
import { isMaxLimit } from '../routeros/simple-queue.ts';

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

/** Whether RADIUS enforces a service, or a router keeps it itself. */
export type SecretOwner = 'radius' | 'local';

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
  /** A secret that can become a service kept on this router from here. */
  readonly canAdopt: boolean;
}

/** What the router shows and the database has, both whole: an error is no list, and must not get here. */
export interface DriftFacts {
  readonly active: readonly ActiveSession[];
  /** `max-limit` of queues by name. */
  readonly queues: ReadonlyMap<string, string>;
  readonly secrets: readonly SeenSecret[];
  readonly sessions: readonly KnownSession[];
  /** By user name how a service of that name is enforced; those without a service are left out. */
  readonly owners: ReadonlyMap<string, SecretOwner>;
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
  return [...items, ...facts.secrets.flatMap((secret) => handMade(secret, facts.owners.get(secret.name)))];
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

function handMade({ name, isOurs }: SeenSecret, owner: SecretOwner | undefined): DriftItem[] {
  if (isOurs) return [];
  return [
    {
      key: `secret:${name}`,
      kind: 'secret',
      difference: 'only_on_router',
      username: name,
      sessionId: undefined,
      serviceId: undefined,
      acctSessionId: undefined,
      detail: secretDetail(name, owner),
      fix: 'none',
      canAdopt: true,
    },
  ];
}

function secretDetail(name: string, owner: SecretOwner | undefined): string {
  if (owner === undefined) return 'A secret made on the router, without a service here: nobody bills it.';
  if (owner === 'local') return 'A secret made on the router stands where that of the service should be.';
  return (
    'A secret made on the router wins over RADIUS: this line is neither counted nor suspended. On the router: ' +
    `/ppp secret remove [find name="${name}"]`
  );
}

function aboutSession(session: { readonly username: string; readonly acctSessionId: string }) {
  const { username, acctSessionId } = session;
  return {
    key: `session:${keyOf(session)}`,
    kind: 'session' as const,
    username,
    acctSessionId,
    canAdopt: false,
  };
}

function keyOf(session: { readonly username: string; readonly acctSessionId: string }): string {
  return `${plainSessionId(session.acctSessionId)}:${session.username}`;
}
