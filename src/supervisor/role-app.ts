import type { ResolvedConfig } from '../platform/config/config.ts';
import type { Role } from '../platform/config/keys.ts';
import type { Logger } from '../platform/logger.port.ts';

/** What a child process can be; `demo` fills the database with a demo ISP and lets simulated routers dial in. */
export type RoleName = Role | 'demo';

/** A role that answers; `describe` says where, one line each, for the person who started it. */
export interface RunningRole {
  readonly describe: readonly string[];
  /** Closes sockets, finishes what is in flight, flushes; resolves when nothing is left to do. */
  stop(): Promise<void>;
}

/** Starts a role. A rejection's message is shown to the operator. */
export type StartRole = (config: ResolvedConfig, logger: Logger) => Promise<RunningRole>;

/** The composition root as the child process sees it: loads the code of one role, which takes a while. */
export interface RoleApp {
  loadRole(role: RoleName): Promise<StartRole>;
}
