/** A request under way that may be sent again, as its own transaction marks it. */
export interface RequestClaim {
  /** Whose key it is: `user:1`, `token:4`. */
  readonly actor: string;
  readonly key: string;
  /** Names this very attempt; an attempt that was taken over can no longer commit. */
  readonly claim: string;
  /** A transaction of it has committed. */
  isMarked: boolean;
}

/** What is claimed: who asks for what. */
export interface ClaimOrder {
  readonly actor: string;
  readonly key: string;
  /** Method and path. */
  readonly route: string;
  readonly bodyHash: Buffer;
  readonly claim: string;
}

/** An answer as it is kept and given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a claim came to. */
export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly claim: RequestClaim }
  | { readonly kind: 'replay'; readonly answer: KeptAnswer }
  /** The key was used for another route or body. */
  | { readonly kind: 'reused' }
  /** The first one is still running, or its process died less than a lease ago. */
  | { readonly kind: 'in_progress' }
  /** It was done, and what it answered is lost. */
  | { readonly kind: 'unknown' };
