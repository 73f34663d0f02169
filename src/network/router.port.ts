/** How to reach the API of one router: what `mikrotik_connections` holds, opened. */
export interface RouterAccess {
  /** One connection is kept for each; the id of the `mikrotik_connections` row. */
  readonly routerId: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** In clear; never logged. */
  readonly password: string;
  /** api-ssl; otherwise the plain API, where the password travels readable. */
  readonly isTls: boolean;
  /** SHA-256 of the certificate that must be shown, as hex pairs with colons; undefined = learnt on first use. */
  readonly fingerprint: string | undefined;
}

/** One command, such as `/ppp/secret/print`. */
export interface RouterCommand {
  readonly path: string;
  /** `{ name: 'ann' }` is sent as `=name=ann`; the name `.id` is an attribute like any other. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Query words without their question mark, in stack order: `name=ann`, `#|`. */
  readonly queries?: readonly string[];
  /** Until the last reply. Default 10 s. */
  readonly deadlineMs?: number;
}

/** An item as the router prints it: every value is text, booleans are `true` and `false`. */
export type RouterRow = Readonly<Record<string, string>>;

/** What a command that was carried out answered. */
export interface RouterReply {
  readonly rows: readonly RouterRow[];
  /** `=ret=` of the last reply: the id after `add`, the number after `count-only`. */
  readonly ret: string | undefined;
}

/** What has been reached while a connection is made. */
export type RouterStage =
  | { readonly stage: 'resolved'; readonly address: string }
  /** `localAddress` is what the router sees us come from, where nothing translates addresses in between. */
  | { readonly stage: 'connected'; readonly localAddress: string }
  | { readonly stage: 'secured'; readonly fingerprint: string }
  | { readonly stage: 'logged_in'; readonly isOldLogin: boolean };

/** Runs one command; rejects with a RouterError. */
export type RunCommand = (command: RouterCommand) => Promise<RouterReply>;

/** A logged-in connection of its own. */
export interface RouterConnection {
  /** Rejects with a RouterError. Any number of commands may be under way. */
  run(command: RouterCommand): Promise<RouterReply>;
  close(): void;
}

/** Talks to RouterOS. All failures are RouterErrors (router-error.ts), and none of them crosses to another router. */
export interface RouterPort {
  /**
   * Runs a command on the one connection kept for this router. While the router is being left alone after failures
   * it rejects at once, with the reason of the last failure.
   */
  run(access: RouterAccess, command: RouterCommand): Promise<RouterReply>;
  /**
   * Runs several commands on the very same connection: ids are good for nothing on another one, where after a reboot
   * they may mean other items. A command rejects when the connection it began on is gone; nothing is repeated.
   */
  on<T>(access: RouterAccess, work: (run: RunCommand) => Promise<T>): Promise<T>;
  /** Opens a connection past back-off and breaker; the caller closes it. `onStage` hears how far it got. */
  connect(access: RouterAccess, onStage?: (stage: RouterStage) => void): Promise<RouterConnection>;
  /** Closes all connections; commands under way reject. */
  close(): Promise<void>;
}
