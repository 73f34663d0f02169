/** How one router is heard. */
export interface RouterStatus {
  readonly name: string;
  /** Address or block it is known by. */
  readonly address: string;
  readonly isDisabled: boolean;
  readonly lastLoginAtMs: number | undefined;
  readonly lastAccountingAtMs: number | undefined;
  readonly sessions: number;
  readonly uncertainSessions: number;
}

/** Something a person should mend. Names and addresses are for the operator's own eyes. */
export type Trouble =
  | { readonly code: 'database_down' }
  | { readonly code: 'radius_down' }
  | { readonly code: 'worker_down' }
  | { readonly code: 'accounting_missing'; readonly router: string }
  | { readonly code: 'unknown_router'; readonly source: string; readonly packets: number }
  | {
      readonly code: 'wrong_secret';
      readonly router: string | undefined;
      readonly source: string;
      readonly packets: number;
    }
  | {
      readonly code: 'unsigned';
      readonly router: string | undefined;
      readonly source: string;
      readonly packets: number;
    }
  | { readonly code: 'orders_unanswered'; readonly router: string; readonly orders: number }
  | { readonly code: 'overload'; readonly packets: number }
  | { readonly code: 'job_failed'; readonly job: string; readonly error: string };

/** What exists already of what a first login needs. */
export interface SetupProgress {
  readonly hasRouter: boolean;
  readonly hasPlan: boolean;
  readonly hasService: boolean;
  /** Some router has asked for a login. */
  readonly hasLogin: boolean;
  readonly hasAccounting: boolean;
}

/** Sums of the traffic of the last minute; rates per second. */
export interface Traffic {
  readonly acceptsPerS: number;
  readonly rejectsPerS: number;
  readonly accountingPerS: number;
  readonly acceptsLastMinute: number;
  readonly rejectsLastMinute: number;
  /** Upper bound of 95 % of the login answers, in microseconds; undefined without logins. */
  readonly loginP95Us: number | undefined;
  /** Per second over ten minutes, in steps of ten seconds, the newest last; undefined where nothing is known. */
  readonly acceptSeries: readonly (number | undefined)[];
  readonly rejectSeries: readonly (number | undefined)[];
  readonly accountingSeries: readonly (number | undefined)[];
}

/** What only the database knows. */
export interface StoredFacts {
  readonly timeZone: string;
  readonly subscribers: number;
  readonly sessions: number;
  readonly uncertainSessions: number;
  readonly routers: readonly RouterStatus[];
  readonly setup: SetupProgress;
}

/** Logins of the last ten minutes that were refused or walled for one reason (see `radius/policy/decision.ts`). */
export interface Refusals {
  readonly reason: string;
  readonly count: number;
}

/** The state of the whole system at an instant. */
export interface SystemStatus {
  readonly atMs: number;
  readonly database: { readonly isUp: boolean; readonly answerMs: number | undefined };
  /** Hosts whose RADIUS role reported within ten seconds; undefined when nobody can know. */
  readonly radiusHosts: number | undefined;
  readonly workerHosts: number | undefined;
  readonly traffic: Traffic | undefined;
  /** Accounting reports that wait for their commit, on all hosts. */
  readonly accountingQueue: number | undefined;
  readonly stored: StoredFacts | undefined;
  /** The commonest first. */
  readonly refusals: readonly Refusals[];
  readonly troubles: readonly Trouble[];
}

/** Whether this installation can serve logins, for load balancers and monitors. */
export interface Readiness {
  readonly isReady: boolean;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}
