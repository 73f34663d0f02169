import { systemClock } from '../../src/kernel/clock.ts';
import { randomFraction } from '../../src/kernel/ids.ts';
import type { RouterAccess, RouterPort } from '../../src/network/router.port.ts';
import { RouterError } from '../../src/network/router-error.ts';
import type { RouterOsOptions } from '../../src/network/routeros/kept-connection.adapter.ts';
import { openRouterOs } from '../../src/network/routeros/routeros.adapter.ts';
import { SimulatedRouter } from '../../src/simulator/router.ts';
import type { RouterOptions } from '../../src/simulator/router-options.ts';
import { RouterOsApi } from '../../src/simulator/routeros/api-server.ts';
import { silentLogger } from './silent-logger.ts';

/** The API user every test router has. */
export const API_USER = { username: 'isp-billing', password: 'пароль-long-random' };

/** A simulated router with its API open on a free port of an address of loopback. */
export interface TestRouterOs {
  readonly router: SimulatedRouter;
  readonly api: RouterOsApi;
  readonly access: RouterAccess;
  close(): Promise<void>;
}

/** Opens one; RADIUS goes nowhere unless `options.server` says where. */
export async function openTestRouterOs(
  options: Partial<RouterOptions> & { readonly isTls?: boolean; readonly routerId?: string } = {},
): Promise<TestRouterOs> {
  const { isTls = false, routerId = '1', ...rest } = options;
  const router = await SimulatedRouter.open({
    address: '127.0.0.31',
    identity: 'tower-1',
    server: { host: '127.0.0.1', authPort: 1, acctPort: 1 },
    secret: 'router-secret-long-enough',
    coaPort: 0,
    timeoutMs: 60,
    ...rest,
  });
  router.config.menu('/user').add({ ...toUser(API_USER), group: 'isp-billing' });
  const api = await RouterOsApi.open(router, { isTls });
  const access: RouterAccess = {
    routerId,
    host: router.address,
    port: api.port,
    ...API_USER,
    isTls,
    fingerprint: undefined,
  };
  return {
    router,
    api,
    access,
    close: async () => {
      router.close();
      await api.stop();
    },
  };
}

/** The driver as the product opens it, but silent and quick to give up. */
export function openTestDriver(options: Partial<RouterOsOptions> = {}): RouterPort {
  return openRouterOs({
    clock: systemClock,
    logger: silentLogger,
    random: randomFraction,
    learnFingerprint: () => {},
    connectTimeoutMs: 400,
    ...options,
  });
}

/** The RouterError a promise rejects with; anything else fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<RouterError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RouterError) return error;
    throw error;
  }
  throw new Error('It was expected to fail, and did not.');
}

function toUser(user: typeof API_USER): { name: string; password: string } {
  return { name: user.username, password: user.password };
}
