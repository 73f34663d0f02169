/** What a subscriber of a source may say, as text; each is checked in `import-row.ts`. */
export type Column =
  | 'username'
  | 'password'
  | 'plan'
  | 'rate'
  | 'pool'
  | 'ip'
  | 'mac'
  | 'customer'
  | 'phone'
  | 'email'
  | 'description'
  | 'sessions'
  | 'expires'
  | 'state';

/** A subscriber as a format found it. */
export interface FoundSubscriber {
  readonly kind: 'subscriber';
  readonly line: number;
  readonly cells: Readonly<Partial<Record<Column, string>>>;
  /** Why it cannot be taken. */
  readonly problem?: string | undefined;
  /** It never logs in, its address alone is shaped: it gets a password nobody knows. */
  readonly isAddressOnly?: boolean | undefined;
  /** What of it is not taken over, as sentences. */
  readonly notes?: readonly string[] | undefined;
}

/** A package as a format found it; made when there is none of its code. */
export interface FoundPlan {
  readonly kind: 'plan';
  readonly line: number;
  readonly code: string;
  /** Mikrotik-Rate-Limit, upload first; absent = unlimited. */
  readonly rate?: string | undefined;
  readonly pool?: string | undefined;
  readonly addressList?: string | undefined;
  readonly sessionLimit?: number | undefined;
  /** Decimal text of major units; absent = 0. */
  readonly price?: string | undefined;
  readonly isPrepaid?: boolean | undefined;
  readonly validity?: { readonly unit: 'hours' | 'days' | 'months'; readonly count: number } | undefined;
  /** Decimal gigabytes. */
  readonly dataLimitGb?: string | undefined;
  /** Only made for a subscriber on it: what every router has. */
  readonly isOptional?: boolean | undefined;
}

/** A RADIUS client as a format found it. */
export interface FoundNas {
  readonly kind: 'nas';
  readonly line: number;
  readonly name: string;
  readonly address: string;
  readonly secret: string;
  /** What the source calls its make; '' when it says nothing. */
  readonly type: string;
}

/** Something the operator should know that is no row. */
export interface FoundWarning {
  readonly kind: 'warning';
  readonly text: string;
}

export type Found = FoundSubscriber | FoundPlan | FoundNas | FoundWarning;

/** A session that is over; octets as decimal text, instants as the source writes them, in its own time zone. */
export interface FoundSession {
  readonly line: number;
  readonly username: string;
  readonly acctSessionId: string;
  readonly nasAddress: string;
  readonly startedAt: string;
  /** Absent while it is open. */
  readonly stoppedAt: string | undefined;
  readonly sessionTimeS: string;
  readonly uploadOctets: string;
  readonly downloadOctets: string;
  readonly framedIp: string | undefined;
  readonly callingStation: string | undefined;
  readonly cause: string | undefined;
}
