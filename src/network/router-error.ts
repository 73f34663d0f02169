import { AppError, type ErrorKind } from '../kernel/errors.ts';

/** What went wrong with a router, one code each; `codes` below says what kind of failure each is to a caller. */
export type RouterErrorCode =
  /** No answer from the address, no way to it, or no such name. */
  | 'router_unreachable'
  | 'router_host_unknown'
  /** The address answers, but nothing listens on the port. */
  | 'router_refused'
  /** TLS could not be agreed: plain port, or no certificate on the router. */
  | 'router_tls_failed'
  /** Another certificate than the pinned one; the password was not sent. */
  | 'router_certificate_changed'
  | 'router_login_failed'
  /** Something listens that does not speak the API. */
  | 'router_not_routeros'
  /** No reply within the deadline. */
  | 'router_silent'
  /** Closed or reset while a command was under way. */
  | 'router_connection_lost'
  /** The router said `!fatal`. */
  | 'router_session_ended'
  /** A word or an answer of a size no router sends. */
  | 'router_reply_absurd'
  /** It failed a moment ago and is left alone until the next try. */
  | 'router_resting'
  /** Too many commands wait for it. */
  | 'router_busy'
  /** The router answered `!trap`; see `trap`. */
  | 'router_command_failed';

/** What a `!trap` means. */
export type TrapKind =
  | 'no_such_item'
  | 'already_exists'
  | 'missing_reference'
  | 'invalid_value'
  | 'unknown_parameter'
  | 'no_such_command'
  | 'not_permitted'
  | 'not_changeable'
  | 'interrupted'
  | 'other';

/** The words of a `!trap` and what they mean. */
export interface RouterTrap {
  readonly kind: TrapKind;
  /** As the router said it. */
  readonly message: string;
}

const kinds: Readonly<Record<RouterErrorCode, ErrorKind>> = {
  router_unreachable: 'unavailable',
  router_host_unknown: 'unavailable',
  router_refused: 'unavailable',
  router_tls_failed: 'unavailable',
  router_certificate_changed: 'unavailable',
  router_login_failed: 'unavailable',
  router_not_routeros: 'unavailable',
  router_silent: 'unavailable',
  router_connection_lost: 'unavailable',
  router_session_ended: 'unavailable',
  router_reply_absurd: 'unavailable',
  router_resting: 'unavailable',
  router_busy: 'limited',
  router_command_failed: 'conflict',
};

const ON_ROUTER = ' On the router: ';

/** The words of a RouterError without the line that mends it. */
export function withoutFix(message: string): string {
  const at = message.indexOf(ON_ROUTER);
  return at < 0 ? message : message.slice(0, at);
}

/** A command, or a connection, that failed. The message is for an operator: cause first, then the mend. */
export class RouterError extends AppError {
  override readonly code: RouterErrorCode;
  /** What to type into the router's terminal; it stands in the message too. Undefined where the mend is elsewhere. */
  readonly fix: string | undefined;
  /** Of `router_command_failed` alone. */
  readonly trap: RouterTrap | undefined;
  /**
   * The command had left for the router and its answer is missing: it may or may not have taken effect. Look
   * before repeating it, and never take it for undone.
   */
  readonly mayHaveTakenEffect: boolean;

  constructor(
    code: RouterErrorCode,
    message: string,
    options: {
      fix?: string | undefined;
      trap?: RouterTrap;
      mayHaveTakenEffect?: boolean;
      cause?: unknown;
    } = {},
  ) {
    const { fix, cause } = options;
    const words = fix === undefined ? message : `${message}${ON_ROUTER}${fix}`;
    super(kinds[code], code, words, cause === undefined ? {} : { cause });
    this.fix = fix;
    this.name = 'RouterError';
    this.code = code;
    this.trap = options.trap;
    this.mayHaveTakenEffect = options.mayHaveTakenEffect ?? false;
  }

  /** The same failure as it looks to a command that had been sent. */
  afterSending(): RouterError {
    const { code, message, fix, cause } = this;
    return new RouterError(code, withoutFix(message), { fix, mayHaveTakenEffect: true, cause });
  }
}

/** Whether a command failed with this trap. */
export function isTrap(error: unknown, kind: TrapKind): boolean {
  return error instanceof RouterError && error.trap?.kind === kind;
}
