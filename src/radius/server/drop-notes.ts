import type { Logger } from '../../platform/logger.port.ts';
import type { DropReason } from './counters.ts';

const KEYS_MAX = 1_000;

/** Drops of one cause from one source since the last flush. */
export interface DropNote {
  readonly reason: DropReason;
  readonly source: string;
  readonly nasId: string | null;
  count: number;
}

const ADVICE: Partial<Record<DropReason, string>> = {
  unknown_nas:
    'No NAS has this address: add it with `npm run cli -- nas add --name NAME --address ADDRESS --secret SECRET`.',
  bad_authenticator: 'The shared secret of this NAS differs from the one stored here.',
  message_authenticator: 'The packet carries a Message-Authenticator twice or in a wrong size.',
  unsigned:
    'The NAS must sign its requests (require-message-auth on RouterOS 7.15+), or set it to "no" here.',
  unsigned_proxy_state: 'A request with Proxy-State must be signed (CVE-2024-3596); see limit_proxy_state.',
  fault: 'The server could not answer this request: the line radius.request_failed says why.',
};

/**
 * What the server dropped, gathered by cause and source: logged and written to the authentication log at most once
 * a minute each, so that a flood of bad packets is visible and cheap.
 */
export class DropNotes {
  readonly #logger: Logger;
  #notes = new Map<string, DropNote>();
  #hasFault = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(reason: DropReason, source: string, nasId: string | null): void {
    const key = `${reason} ${source}`;
    const note = this.#notes.get(key);
    if (note !== undefined) note.count += 1;
    else if (this.#notes.size < KEYS_MAX) this.#notes.set(key, { reason, source, nasId, count: 1 });
  }

  /** A request met a bug: the first stack since the last flush is logged, the others are only counted. */
  fault(error: unknown): void {
    if (this.#hasFault) return;
    this.#hasFault = true;
    this.#logger.error({ event: 'radius.request_failed', err: error });
  }

  /** Logs what was gathered, gives it to the caller and starts again. Call once a minute. */
  flush(): DropNote[] {
    const notes = [...this.#notes.values()];
    this.#notes = new Map();
    this.#hasFault = false;
    for (const note of notes) {
      const fields = { event: 'radius.dropped', reason: note.reason, source: note.source, count: note.count };
      this.#logger.warn(
        note.nasId === null ? fields : { ...fields, nas_id: note.nasId },
        ADVICE[note.reason],
      );
    }
    return notes;
  }
}
