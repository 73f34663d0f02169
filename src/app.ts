import { systemClock } from './kernel/clock.ts';
import type { ResolvedConfig } from './platform/config/config.ts';
import type { Logger } from './platform/logger.port.ts';
import { startDemoRole } from './roles/demo-role.ts';
import { startHttpRole } from './roles/http-role.ts';
import { startRadiusRole } from './roles/radius-role.ts';
import { startWorkerRole } from './roles/worker-role.ts';
import type { RoleName, RunningRole } from './supervisor/role-app.ts';

/** The composition root: builds the services of one role by hand and starts it. */
export async function startRole(
  role: RoleName,
  config: ResolvedConfig,
  logger: Logger,
): Promise<RunningRole> {
  switch (role) {
    case 'radius':
      return startRadiusRole(config, logger, systemClock);
    case 'worker':
      return startWorkerRole(config, logger, systemClock);
    case 'http':
      return startHttpRole(config, logger, systemClock);
    case 'demo':
      return startDemoRole(config, logger, systemClock);
  }
}
