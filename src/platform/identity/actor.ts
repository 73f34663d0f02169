/** Who makes a change: somebody signed in, a script with a token, an operator at the command line, or the product. */
export interface Actor {
  readonly kind: 'user' | 'token' | 'cli' | 'system';
  /** The id of the user or token. */
  readonly id?: string | undefined;
  /** What a person reads: an e-mail address, a token's name, a login name, a job's name. */
  readonly name: string;
  /** From where, when the change came over the network. */
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
}

/** The actor as one word in the log of a service: `user:ann@example.net`, `cli:root`, `system`. */
export function actorLabel(actor: Actor): string {
  if (actor.kind === 'system' && actor.name === 'system') return 'system';
  return `${actor.kind}:${actor.name}`;
}

/** The product itself: a job or a handler of events. */
export const SYSTEM_ACTOR: Actor = { kind: 'system', name: 'system' };
