import { ConnectionLossError } from './constraint-errors.ts';
import { Lane } from './lane.ts';

/** One channel to hear; neither callback may throw. */
export interface ListenerOptions {
  readonly url: string;
  readonly channel: string;
  readonly onNotify: (payload: string) => void;
  /**
   * Called each time LISTEN is in effect, the first time included: whatever was notified before is
   * lost, so the caller reads everything anew.
   */
  readonly onConnected: () => void;
}

/** An open ear. */
export interface Listener {
  close(): Promise<void>;
  /** False from the loss of the connection until LISTEN is in effect again. */
  readonly isConnected: boolean;
}

/** LISTEN on a connection of its own, outside the lanes, made again for ever when it is lost. */
export function openListener(options: ListenerOptions): Listener {
  const listener = new ReconnectingListener(options);
  listener.connect(0);
  return listener;
}

const connectTimeoutMs = 3_000;
const reconnectDelaysMs = [50, 100, 200, 400, 800, 1_600] as const;
/** A connection that only waits does not notice a dead network; a question now and then does. */
const heartbeatMs = 10_000;
const heartbeatTimeoutMs = 5_000;

class ReconnectingListener implements Listener {
  readonly #options: ListenerOptions;
  #lane: Lane | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isConnected = false;
  #isClosed = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  connect(attempt: number): void {
    const { url, channel, onNotify, onConnected } = this.#options;
    const lane = new Lane({
      url,
      name: `netflow-listen ${channel}`,
      connectTimeoutMs,
      onNotify: (heard, payload) => {
        if (heard === channel) onNotify(payload);
      },
      onDead: () => this.#lost(lane, 0),
    });
    this.#lane = lane;
    const listening = lane.open().then(() => answered(lane, `listen "${channel.replaceAll('"', '""')}"`));
    listening.then(
      () => {
        if (this.#lane !== lane || lane.isDead) return;
        this.#isConnected = true;
        this.#timer = setTimeout(() => this.#beat(lane), heartbeatMs);
        onConnected();
      },
      (error: unknown) => {
        lane.discard(error);
        this.#lost(lane, attempt + 1);
      },
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isConnected = false;
    clearTimeout(this.#timer);
    const lane = this.#lane;
    this.#lane = undefined;
    if (lane === undefined) return;
    if (lane.inFlight.length > 0 || !lane.hasOpened) lane.discard(new ConnectionLossError('Closed.'));
    else await lane.end();
  }

  /** Comes twice for a lane that dies between opening and LISTEN; the second is for nobody. */
  #lost(lane: Lane, attempt: number): void {
    if (this.#lane !== lane || this.#isClosed) return;
    this.#lane = undefined;
    this.#isConnected = false;
    clearTimeout(this.#timer);
    const delayMs = reconnectDelaysMs[Math.min(attempt, reconnectDelaysMs.length - 1)];
    this.#timer = setTimeout(() => this.connect(attempt), delayMs);
  }

  #beat(lane: Lane): void {
    answered(lane, 'select 1').then(
      () => {
        if (this.#lane === lane) this.#timer = setTimeout(() => this.#beat(lane), heartbeatMs);
      },
      (error: unknown) => lane.discard(error),
    );
  }
}

async function answered(lane: Lane, statement: string): Promise<void> {
  const timer = setTimeout(() => {
    lane.discard(new ConnectionLossError(`No answer within ${heartbeatTimeoutMs} ms.`));
  }, heartbeatTimeoutMs);
  try {
    await lane.command(statement);
  } finally {
    clearTimeout(timer);
  }
}
