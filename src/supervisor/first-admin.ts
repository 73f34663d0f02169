import { openLanePool } from '../db/lane-pool.ts';
import { AppError } from '../kernel/errors.ts';
import type { Config } from '../platform/config/config.ts';
import { prepareFirstAdmin } from '../platform/identity/first-run/first-admin.service.ts';
import { bcryptHasher } from '../platform/identity/password.adapter.ts';
import type { Logger } from '../platform/logger.port.ts';
import { StartError } from './start-error.ts';

/**
 * Sees to it that somebody can become the administrator of a web server that starts without one: makes that of the
 * environment, or answers a set-up token to print. Throws `StartError` for an e-mail address that is taken.
 */
export async function openFirstAdmin(
  config: Config,
  url: string,
  logger: Logger,
): Promise<string | undefined> {
  if (!config.roles.includes('http')) return undefined;
  const { adminEmail: email, adminPassword: password } = config;
  const given = email === undefined || password === undefined ? undefined : { email, password };
  const db = openLanePool({ url, lanes: 1, name: 'netflow-start' });
  try {
    const { token, created } = await prepareFirstAdmin({ db, hasher: bcryptHasher }, given);
    if (created !== undefined) logger.info({ event: 'supervisor.admin_created', user_id: created.id });
    return token;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new StartError(`ADMIN_EMAIL and ADMIN_PASSWORD make no administrator: ${error.message}`);
  } finally {
    await db.close();
  }
}
