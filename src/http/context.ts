import type { HttpBindings } from '@hono/node-server';
import type { PrintingDeps } from '../billing/documents/printing.service.ts';
import type { TaskDeps } from '../billing/task-deps.service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { RouterTestDeps } from '../network/connection/router-test.service.ts';
import type { Bandwidth } from '../network/monitoring/bandwidth.service.ts';
import type { Authenticator } from '../platform/identity/authenticator.port.ts';
import type { IdentityDeps } from '../platform/identity/identity.service.ts';
import type { Principal } from '../platform/identity/principal.ts';
import type { Logger } from '../platform/logger.port.ts';
import type { JobStarter } from '../platform/scheduler/job.port.ts';
import type { StatusReporter } from '../reports/system-status.service.ts';
import type { ServiceDeps } from '../subscribers/services/provisioning.service.ts';

/** Where this installation is reached, for the commands a page suggests. */
export interface Installation {
  readonly version: string;
  /** The address routers send to. */
  readonly radiusAddress: string;
  readonly radiusAuthPort: number;
  readonly radiusAcctPort: number;
  readonly httpPort: number;
  /** What stands before `npm run cli --`: a DATA_DIR other than the default, else nothing. */
  readonly commandPrefix: string;
}

/** What routes and pages work with, built by the composition root. */
export interface HttpContext {
  readonly status: StatusReporter;
  readonly installation: Installation;
  /** The machine's clock: tokens, limits and logs follow it. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** What use cases are called with; `deps.clock` is the business clock. */
  readonly deps: ServiceDeps;
  /** What signing in, users and tokens work with. */
  readonly identity: IdentityDeps;
  readonly authenticator: Authenticator;
  /** Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses and CIDRs. */
  readonly trustedProxies: readonly string[];
  /** The setting `http_https`. */
  readonly httpsDemand: () => Promise<'off' | 'redirect' | 'refuse'>;
  /** What tasks are run with; their many transactions belong to no one request. */
  readonly tasks: TaskDeps & { readonly jobs: JobStarter };
  /** The setting `metrics_access`. */
  readonly metricsAccess: () => Promise<'loopback_or_token' | 'token' | 'open'>;
  /** What documents are printed with. */
  readonly printing: PrintingDeps;
  /** ISP_TEST_CLOCK: whether the business clock may be set. */
  readonly isTestClock: boolean;
  /** What use cases that talk to routers are called with. */
  readonly routers: RouterTestDeps;
  readonly bandwidth: Bandwidth;
}

/** What one request carries through Hono. */
export interface HttpEnv {
  readonly Bindings: HttpBindings;
  readonly Variables: {
    requestId: string;
    clientAddress: string | undefined;
    /** The client speaks TLS, with us or with a trusted proxy. */
    isTls: boolean;
    /** The client is on this machine. */
    isLoopback: boolean;
    /** Set once the bearer token was checked. */
    principal: Principal | undefined;
    /** The columns of this list as CSV, where its operation says what it lists. */
    csvColumns: readonly string[] | undefined;
  };
}
