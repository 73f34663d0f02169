/** One thing the network does not do yet as the database has it, and why. */
export interface Unenforced {
  /** Names it as long as it stands. */
  readonly key: string;
  readonly serviceId: string;
  readonly username: string;
  readonly nasId: string;
  /** Undefined when the NAS has been removed. */
  readonly nasName: string | undefined;
  /** An order for a session (CoA, Disconnect), or what is kept on the router itself (local mode). */
  readonly what: 'speed_of_session' | 'end_of_session' | 'kept_on_router';
  /** Undefined for what is kept on the router. */
  readonly sessionId: string | undefined;
  /** In words, what stood in its way at the last try; undefined before that. */
  readonly reason: string | undefined;
  readonly tries: number;
  /** When the order was given, or when the router last had the service as it was. */
  readonly since: Date;
  readonly nextTryAt: Date;
}
