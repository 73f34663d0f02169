import type { HttpBindings } from '@hono/node-server';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../platform/logger.port.ts';
import type { StatusReporter } from '../reports/system-status.service.ts';

/** Where this installation is reached, for the commands a page suggests. */
export interface Installation {
  readonly version: string;
  /** The address routers send to. */
  readonly radiusAddress: string;
  readonly radiusAuthPort: number;
  readonly radiusAcctPort: number;
  /** What stands before `npm run cli --`: a DATA_DIR other than the default, else nothing. */
  readonly commandPrefix: string;
}

/** What routes and pages work with, built by the composition root. */
export interface HttpContext {
  readonly status: StatusReporter;
  readonly installation: Installation;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What one request carries through Hono. */
export interface HttpEnv {
  readonly Bindings: HttpBindings;
  readonly Variables: { requestId: string };
}
