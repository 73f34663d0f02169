import { systemClock } from './kernel/clock.ts';
import type { RoleName, StartRole } from './supervisor/role-app.ts';

/** The composition root: loads what one role needs and no more. */
export async function loadRole(role: RoleName): Promise<StartRole> {
  const start = await starterOf(role);
  return (config, logger) => start(config, logger, systemClock);
}

async function starterOf(role: RoleName) {
  switch (role) {
    case 'radius':
      return (await import('./roles/radius-role.ts')).startRadiusRole;
    case 'worker':
      return (await import('./roles/worker-role.ts')).startWorkerRole;
    case 'http':
      return (await import('./roles/http-role.ts')).startHttpRole;
    case 'demo':
      return (await import('./roles/demo-role.ts')).startDemoRole;
  }
}
