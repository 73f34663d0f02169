import type { SharedSecret } from '../protocol/secret.ts';

/** The server that answered a NAS before, and goes on doing so. */
export interface OldServer {
  readonly address: string;
  readonly authPort: number;
  readonly acctPort: number;
  readonly secret: SharedSecret;
  /** How long a login waits for it, with its retransmissions. */
  readonly timeoutMs: number;
}

/** A request on its way to another RADIUS server. */
export interface ForwardOrder {
  readonly server: OldServer;
  readonly kind: 'auth' | 'acct';
  /** Makes the octets under an id; called at once. */
  readonly build: (id: number) => Buffer;
  /** Told once: the verified answer, or undefined when there was none. */
  readonly onEnd: (reply: Buffer | undefined) => void;
}

/** Asks the servers that answered before. */
export interface OldServerPort {
  /** False when too many requests are under way: nothing was sent, and `onEnd` is not called. */
  forward(order: ForwardOrder): boolean;
  close(): void;
}
