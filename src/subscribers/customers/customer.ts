import { invalid } from '../../kernel/errors.ts';
import type { CustomerId } from '../../kernel/ids.ts';

/** Who owes money. A customer has one currency (billing-rules M2). */
export interface Customer {
  readonly id: CustomerId;
  readonly name: string;
  readonly currency: string;
}

const NAME_LENGTH_MAX = 200;

/** A customer's name without blanks at the ends; throws `validation_failed`. */
export function checkCustomerName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > NAME_LENGTH_MAX) {
    throw invalid(`A customer's name has 1 to ${NAME_LENGTH_MAX} characters.`);
  }
  return name;
}
