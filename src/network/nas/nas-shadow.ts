import { invalid } from '../../kernel/errors.ts';
import { parseAddress } from '../../kernel/ip.ts';
import { checkSecret } from './nas.ts';

/** `shadow`: the old server answers and ours is compared; `accounting_only`: logins are not answered here. */
export const SHADOW_MODES = ['shadow', 'accounting_only'] as const;
export type ShadowMode = (typeof SHADOW_MODES)[number];

/** What an operator says about a NAS that is not live yet. */
export interface ShadowInput {
  readonly mode: ShadowMode;
  /** Address of the old server; needed for `shadow`. */
  readonly server?: string | undefined;
  readonly authPort?: number | undefined;
  readonly acctPort?: number | undefined;
  /** What the old server knows this host by; left out: the one it had. */
  readonly secret?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** The same, checked; the secret is missing when the one that is stored stays. */
export interface CheckedShadow {
  readonly mode: ShadowMode;
  readonly server: string | undefined;
  readonly authPort: number;
  readonly acctPort: number;
  readonly secret: string | undefined;
  readonly timeoutMs: number;
}

/** How a NAS that is not live is served, without the secret. */
export interface ShadowView {
  readonly mode: ShadowMode;
  readonly server: string | undefined;
  readonly authPort: number;
  readonly acctPort: number;
  readonly timeoutMs: number;
  readonly since: Date;
  /** Login names by how their last login compared. */
  readonly counts: { readonly same: number; readonly different: number; readonly silent: number };
}

/** How the last login of a name compared. */
export interface ShadowComparison {
  readonly username: string;
  readonly outcome: 'same' | 'different' | 'silent';
  readonly differences: readonly string[];
  readonly ours: Readonly<Record<string, string>>;
  readonly theirs: Readonly<Record<string, string>>;
  readonly count: number;
  readonly lastAt: Date;
}

/** Checks it; throws `validation_failed`. */
export function checkShadow(input: ShadowInput, hasSecret: boolean): CheckedShadow {
  const { mode, server, secret } = input;
  if (server !== undefined && parseAddress(server) === undefined) {
    throw invalid(`'${server}' is no address: a name could not be looked up during a login.`, {
      server: 'must be an IP address',
    });
  }
  if (mode === 'shadow' && server === undefined) {
    throw invalid('The old server is missing: its answers are what the router gets.', {
      server: 'is missing',
    });
  }
  if (server !== undefined && secret === undefined && !hasSecret) {
    throw invalid('The secret is missing: the one the old server knows this host by.', {
      secret: 'is missing',
    });
  }
  return {
    mode,
    server,
    authPort: input.authPort ?? 1812,
    acctPort: input.acctPort ?? 1813,
    secret: secret === undefined ? undefined : checkSecret(secret),
    timeoutMs: input.timeoutMs ?? 2_500,
  };
}
