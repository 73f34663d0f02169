import type { CustomerId } from '../../kernel/ids.ts';
import type { Actor } from './actor.ts';
import type { Permission } from './permission.ts';
import type { UserRole } from './user.ts';

/** Somebody who has proved who they are: a person signed in, or a script with a token. */
export interface Principal {
  readonly kind: 'user' | 'token';
  /** The id of the user or of the token. */
  readonly id: string;
  /** The e-mail address of a user, the name of a token. */
  readonly name: string;
  readonly role: UserRole;
  /** Whose own objects a customer sees. */
  readonly customerId: CustomerId | undefined;
  readonly permissions: ReadonlySet<Permission>;
  /** The user who made the token; absent for a person. */
  readonly makerId?: string;
  /** The session a person is signed in by. */
  readonly sessionId?: string;
  /** True for an administrator who must have a second factor and has none yet: everything else waits for it. */
  readonly mustEnrolTotp?: boolean;
}

/** The user behind a principal: the person, or the maker of the token. */
export function userIdOf({ id, makerId }: Principal): string {
  return makerId ?? id;
}

/** The principal as the one who acts. */
export function actorFrom(
  { kind, id, name }: Principal,
  request: { address: string | undefined; requestId: string },
): Actor {
  return { kind, id, name, ...request };
}
