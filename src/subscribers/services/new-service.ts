import { invalid } from '../../kernel/errors.ts';
import { type CustomerId, type PlanId, randomSecret } from '../../kernel/ids.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { checkRateLimit, checkWhole } from '../catalog/plan.ts';
import { checkCustomerName } from '../customers/customer.ts';
import { checkMac, checkPassword, checkUsername, PASSWORD_LENGTH } from './credential.ts';
import { checkTerms, type ServiceTerms } from './service-terms.ts';

/** What an operator says about a new service. `mac` locks it; without it `macBind` binds the first to log in. */
export interface NewService extends ServiceTerms {
  /** Made when absent. */
  readonly username?: string | undefined;
  /** Made when absent. */
  readonly password?: string | undefined;
  /** The plan by one of the two. */
  readonly planId?: PlanId | undefined;
  readonly planCode?: string | undefined;
  readonly customerId?: CustomerId | undefined;
  /** Without `customerId`: the customer of that name if there is one; absent: a new one named as the user. */
  readonly customerName?: string | undefined;
  readonly mac?: string | undefined;
  readonly rateLimit?: string | undefined;
  /** The day of the month periods begin on, 1 to 31 (billing-rules C4). */
  readonly anchorDay?: number | undefined;
  /** False leaves it pending (billing-rules section 20); a prepaid one is pending until its first period is paid. */
  readonly isActivated?: boolean | undefined;
  readonly actor: Actor;
}

/** The same, checked, with what was to be made. */
export type CheckedService = ReturnType<typeof checkNewService>;

/** Checks a new service; throws `validation_failed`. */
export function checkNewService(input: NewService) {
  const macAddress = input.mac === undefined ? undefined : checkMac(input.mac);
  const username = checkUsername(input.username ?? generatedUsername());
  const generatedPassword = input.password === undefined ? randomSecret(PASSWORD_LENGTH) : undefined;
  const password = generatedPassword ?? input.password ?? '';
  if (input.planId === undefined && input.planCode === undefined) {
    throw invalid('The package is missing.', { package_id: 'is missing' });
  }
  return {
    username,
    password: checkPassword(password, { username, mac: macAddress }),
    generatedPassword,
    planId: input.planId,
    planCode: input.planCode,
    customerId: input.customerId,
    customerName: input.customerName === undefined ? undefined : checkCustomerName(input.customerName),
    columns: {
      ...checkTerms(input),
      macAddress: macAddress ?? null,
      rateLimit: input.rateLimit === undefined ? null : checkRateLimit(input.rateLimit),
      anchorDay:
        input.anchorDay === undefined ? null : checkWhole('anchor day', input.anchorDay, { min: 1, max: 31 }),
    },
    isActivated: input.isActivated ?? true,
    actor: input.actor,
  };
}

/** Short enough to be typed into a router, with too many possibilities for two to meet. */
function generatedUsername(): string {
  return `u-${randomSecret(10).toLowerCase()}`;
}
