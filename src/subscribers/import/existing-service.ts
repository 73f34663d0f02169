import type { Plan } from '../catalog/plan.ts';
import type { ImportRow } from './import-row.ts';

/** What is known here of a service a source has too. */
export interface ExistingService {
  readonly planCode: string;
  /** In force: its own or its plan's. */
  readonly rateLimit: string | null;
  readonly pool: string | null;
  readonly framedIp: string | null;
  readonly mac: string | null;
}

/** How a row differs from the service of its name: `rate 5M/20M here, 10M/40M in the source`. What it leaves open is equal. */
export function differencesOf(service: ExistingService, row: ImportRow, plan: Plan): string[] {
  const compared = [
    ['package', service.planCode, row.planCode],
    ['rate', service.rateLimit, row.rateLimit ?? plan.rateLimit],
    ['pool', service.pool, row.pool ?? plan.pool],
    ['address', service.framedIp, row.framedIp],
    ['MAC', service.mac, row.mac],
  ] as const;
  return compared
    .filter(([, here, there]) => there !== undefined && there !== here)
    .map(([what, here, there]) => `${what} ${here ?? 'none'} here, ${there} in the source`);
}
