import type { Decision } from '../policy/decision.ts';
import type { LoginMethod } from '../policy/facts.ts';
import { encodeTrail } from '../policy/trail.ts';
import { METHOD_CODES } from './login-method.ts';

/** `auth_log.outcome`. */
export const OUTCOME = { accept: 1, walled: 2, reject: 3, drop: 4 } as const;

/** The statement the lines below are for. */
export const COPY_AUTH_LOG =
  'copy auth_log (at, outcome, reason, trail, method, nas_id, service_id, username, calling_station, source, count) from stdin';

/** Prints instants for COPY; remembers the last one, for many logins share a millisecond. */
export class InstantText {
  #ms = -1;
  #text = '';

  of(epochMs: number): string {
    if (epochMs !== this.#ms) {
      this.#ms = epochMs;
      this.#text = new Date(epochMs).toISOString();
    }
    return this.#text;
  }
}

/** One decided login as a line in COPY text format. */
export function loginLine(login: {
  readonly at: string;
  readonly decision: Decision;
  readonly method: LoginMethod;
  readonly nasId: string;
  readonly serviceId: string | undefined;
  readonly userName: string;
  readonly callingStation: string | undefined;
  readonly source: string;
}): string {
  const { decision } = login;
  const outcome =
    decision.outcome === 'reject'
      ? OUTCOME.reject
      : decision.grade === 'walled'
        ? OUTCOME.walled
        : OUTCOME.accept;
  return `${login.at}\t${outcome}\t${decision.reason ?? '\\N'}\t${encodeTrail(decision)}\t${METHOD_CODES[login.method]}\t${
    login.nasId
  }\t${login.serviceId ?? '\\N'}\t${copyText(login.userName)}\t${
    login.callingStation === undefined ? '\\N' : copyText(login.callingStation)
  }\t${login.source}\t1\n`;
}

/** A cause of drops with its count as a line in COPY text format. */
export function dropLine(
  at: string,
  note: { reason: string; source: string; nasId: string | null; count: number },
): string {
  return `${at}\t${OUTCOME.drop}\t${note.reason}\t0\t0\t${note.nasId ?? '\\N'}\t\\N\t\t\\N\t${note.source}\t${note.count}\n`;
}

const SPECIAL = /[\\\t\n\r\0]/;

/** Text as COPY wants it; PostgreSQL has no NUL. */
function copyText(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .replaceAll('\0', '\ufffd')
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}
