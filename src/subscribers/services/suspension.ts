/** Why a service is suspended, in the order in which reasons are shown (billing-rules S5). */
export const HOLD_CAUSES = ['admin', 'nonpayment', 'data_cap'] as const;

export type HoldCause = (typeof HOLD_CAUSES)[number];

/** The hold that is shown as the reason; undefined when nothing holds the service. */
export function reasonOf(holds: Iterable<HoldCause>): HoldCause | undefined {
  const standing = new Set(holds);
  return HOLD_CAUSES.find((cause) => standing.has(cause));
}

/** What a person is told about a hold that stays. */
export function describeHold(cause: HoldCause): string {
  switch (cause) {
    case 'admin':
      return 'an administrator suspended it';
    case 'nonpayment':
      return 'an invoice is unpaid: a payment lifts that';
    case 'data_cap':
      return 'its data allowance is used up: a new period or a larger allowance lifts that';
  }
}
