import type { Context } from 'hono';
import { AppError } from '../../../kernel/errors.ts';
import type { CustomerId } from '../../../kernel/ids.ts';
import { principalOf } from '../../access.ts';
import type { HttpEnv } from '../../context.ts';

/** Whose own objects are asked for; a customer's account without a customer owns nothing. */
export function customerOf(c: Context<HttpEnv>): CustomerId {
  const { customerId } = principalOf(c);
  if (customerId !== undefined) return customerId;
  throw new AppError('forbidden', 'forbidden', 'This account belongs to no customer.');
}
