import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Database } from '../../db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { findService, usernameOfAddress } from './service.store.ts';

/**
 * What to throw for an error of writing a service: `username_taken` or `address_taken` with the name of the holder,
 * or the error itself. Call it after the transaction, whose statements are over.
 */
export async function explainTaken(
  db: Database,
  wanted: { readonly username?: string | undefined; readonly framedIp?: string | null | undefined },
  error: unknown,
): Promise<unknown> {
  const { username, framedIp } = wanted;
  const constraint = violatedConstraint(error);
  if (constraint === 'isp_services_username_key' && username !== undefined) {
    const holder = await findService(db, username);
    const who = holder === undefined ? '' : ` by '${holder.customerName}' (service ${holder.id})`;
    return taken('username_taken', `The user name '${username}' is taken${who}.`, 'username');
  }
  if (constraint === 'isp_services_framed_ip_key' && framedIp != null) {
    const holder = await usernameOfAddress(db, framedIp);
    return taken('address_taken', `The address ${framedIp} belongs to '${holder ?? '?'}'.`, 'ip');
  }
  return error;
}

function taken(code: string, message: string, field: string): AppError {
  return new AppError('conflict', code, message, { fields: { [field]: 'is taken' } });
}
