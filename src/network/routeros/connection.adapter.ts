import type {
  RouterAccess,
  RouterCommand,
  RouterConnection,
  RouterReply,
  RouterStage,
} from '../router.port.ts';
import { RouterError } from '../router-error.ts';
import { loginFailure } from './failures.ts';
import { challengeWords, loginWords } from './login.ts';
import { openSocket, whereOf } from './socket.adapter.ts';
import { Wire } from './wire.adapter.ts';

/** How long connecting, TLS and each reply of the login may take. */
export const CONNECT_TIMEOUT_MS = 5_000;
/** How long a command may take that names no deadline of its own. */
export const COMMAND_DEADLINE_MS = 10_000;

/** A logged-in connection; `ended` resolves with the reason when it is of no further use. */
export interface LoggedInConnection extends RouterConnection {
  readonly fingerprint: string | undefined;
  readonly ended: Promise<RouterError>;
  /** Commands that wait for their last reply. */
  readonly pending: number;
}

/** Connects and logs in; rejects with a RouterError and leaves nothing open. */
export async function openConnection(
  access: RouterAccess,
  options: {
    readonly connectTimeoutMs?: number | undefined;
    readonly onStage?: ((stage: RouterStage) => void) | undefined;
  } = {},
): Promise<LoggedInConnection> {
  const timeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const onStage = options.onStage ?? (() => {});
  const { socket, fingerprint } = await openSocket(access, timeoutMs, onStage);
  let end: (reason: RouterError) => void = () => {};
  const ended = new Promise<RouterError>((resolve) => {
    end = resolve;
  });
  const wire = new Wire(socket, whereOf(access), end);
  try {
    const isOldLogin = await logIn(wire, access, timeoutMs);
    onStage({ stage: 'logged_in', isOldLogin });
  } catch (error) {
    wire.close();
    throw error;
  }
  return {
    fingerprint,
    ended,
    run: (command) => run(wire, command),
    close: () => wire.close(),
    get pending() {
      return wire.pending;
    },
  };
}

/** The words of a command as they go out, the tag apart. */
export function wordsOf(command: RouterCommand): readonly string[] {
  const attributes = Object.entries(command.attributes ?? {}).map(([name, value]) => `=${name}=${value}`);
  return [command.path, ...attributes, ...(command.queries ?? []).map((query) => `?${query}`)];
}

function run(wire: Wire, command: RouterCommand): Promise<RouterReply> {
  return wire.run(wordsOf(command), command.deadlineMs ?? COMMAND_DEADLINE_MS);
}

/** Returns whether the router is one from before 6.43. */
async function logIn(wire: Wire, access: RouterAccess, timeoutMs: number): Promise<boolean> {
  const { username, password } = access;
  const where = whereOf(access);
  try {
    const { ret } = await wire.run(loginWords(username, password), timeoutMs);
    if (ret === undefined) return false;
    const answer = challengeWords(username, password, ret);
    if (answer === undefined) {
      throw new RouterError('router_not_routeros', `${where} asked a challenge that no RouterOS asks.`);
    }
    await wire.run(answer, timeoutMs);
    return true;
  } catch (error) {
    throw loginError(error, access);
  }
}

function loginError(error: unknown, access: RouterAccess): unknown {
  if (!(error instanceof RouterError)) return error;
  const where = whereOf(access);
  if (error.trap !== undefined) return loginFailure(where, access.username, error.trap.message);
  if (error.code === 'router_silent') {
    return new RouterError(
      'router_not_routeros',
      `${where} took the connection and answered no login: it is not the RouterOS API that listens there` +
        `${access.isTls ? '' : ', or it waits for TLS (api-ssl, port 8729)'}.`,
      { cause: error },
    );
  }
  if (error.code === 'router_connection_lost') {
    return new RouterError(
      'router_login_failed',
      `${where} hung up during the login: the user may not come from this address, all sessions of the API are in ` +
        `use${access.isTls ? '' : ', or the port speaks TLS (api-ssl)'}.`,
      { fix: '/ip service print; /user print', cause: error },
    );
  }
  return error;
}
