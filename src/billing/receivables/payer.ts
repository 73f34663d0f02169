import type { CustomerId } from '../../kernel/ids.ts';

/** A customer as somebody who is billed. */
export interface Payer {
  readonly id: CustomerId;
  readonly name: string;
  readonly currency: string;
  readonly isTaxExempt: boolean;
}
