/** One attribute by its dictionary name, its value as people write it (`Mikrotik-Rate-Limit`, `5M/20M`). */
export interface DynauthAttribute {
  readonly name: string;
  readonly value: string;
}

/** What the router knows the session by, each value verbatim as its last accounting packet reported it. */
export interface DynauthSession {
  readonly userName: string;
  readonly acctSessionId: string;
  readonly framedIpAddress?: string | undefined;
}

/** One CoA-Request or Disconnect-Request to one NAS (RFC 5176). */
export interface DynauthRequest {
  readonly address: string;
  readonly port: number;
  /** The shared secret in clear. */
  readonly secret: Uint8Array;
  readonly kind: 'coa' | 'disconnect';
  readonly session: DynauthSession;
  /** What is to change, sent in this order after the identification; empty for a Disconnect. */
  readonly attributes: readonly DynauthAttribute[];
  /** Wait before the first retransmission; doubled for each further one. Default 300. */
  readonly timeoutMs?: number;
  /** Datagrams sent at most, all with the same octets. Default 3. */
  readonly tries?: number;
  /** Local address to send from: the one the router knows as its RADIUS server. */
  readonly bindAddress?: string | undefined;
  /**
   * With Message-Authenticator and Event-Timestamp (RFC 5176 sections 3.4 and 6.3), which strict NASes demand; off by
   * default, since RouterOS asks for neither.
   */
  readonly isSigned?: boolean;
}

/**
 * How it ended. `timeout`: no valid answer to any try. `error`: it could not be sent, or the host refused it.
 * `words` is a sentence for an operator.
 */
export interface DynauthResult {
  readonly outcome: 'ack' | 'nak' | 'timeout' | 'error';
  /** Error-Cause of a NAK that carries one. */
  readonly errorCause?: number;
  /** What a NAK means: the router has no such session; it may agree later; it never will. */
  readonly nak?: 'session_gone' | 'retry' | 'permanent';
  readonly words: string;
  /** From the first datagram to the answer, or to giving up. */
  readonly roundTripUs: number;
  readonly triesUsed: number;
}

/** Tells a NAS to change or end a session; never rejects. Any number of requests may be under way. */
export interface Dynauth {
  send(request: DynauthRequest): Promise<DynauthResult>;
  /** Ends requests under way with `error` and closes the sockets. */
  close(): Promise<void>;
}
