import { formatRateLimit, parseRateLimit } from '../../kernel/bandwidth.ts';
import { invalid, ofField } from '../../kernel/errors.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { AMOUNT_MAX, currencyDigits } from '../../kernel/money.ts';
import { gigabytes, octetsOf } from '../gigabytes.ts';
import { checkPlanBilling, type NewPlanBilling, type PlanBilling } from './plan-billing.ts';

/** When the data allowance is used up: charge more, slow down, refuse, or only tell. */
export type LimitAction = 'overage' | 'throttle' | 'block' | 'notify';
export const LIMIT_ACTIONS: readonly LimitAction[] = ['overage', 'throttle', 'block', 'notify'];

/** Who pays when: postpaid gets invoices, prepaid pays from a wallet before service. */
export type PlanModel = 'postpaid' | 'prepaid';

/** How packages are grouped for who chooses one. */
export const PLAN_TIERS = ['basic', 'standard', 'premium', 'enterprise'] as const;
export type PlanTier = (typeof PLAN_TIERS)[number];

/** A RADIUS attribute an operator adds to every reply, by its dictionary name. */
export interface CustomAttribute {
  readonly name: string;
  readonly value: string;
}

/** From this percentage of the allowance on, the rate is `rate_limit` (billing-rules section 7). */
export interface FupStep {
  readonly from_percent: number;
  readonly rate_limit: string;
  readonly pool?: string | undefined;
}

/** What is sold; `package` outside the code. `price` is in minor units of `currency`. */
export interface Plan extends PlanBilling {
  readonly id: PlanId;
  readonly code: string;
  readonly name: string;
  readonly price: bigint;
  readonly currency: string;
  readonly model: PlanModel;
  /** Decimal gigabytes (10^9 octets) as a decimal string; undefined = unlimited. */
  readonly dataLimitGb: string | undefined;
  readonly limitAction: LimitAction;
  /** Canonical Mikrotik-Rate-Limit, upload first; undefined = unlimited. */
  readonly rateLimit: string | undefined;
  readonly fup: readonly FupStep[];
  readonly pool: string | undefined;
  readonly addressList: string | undefined;
  readonly ipv6Pool: string | undefined;
  readonly pppProfile: string | undefined;
  /** Simultaneous sessions; 0 = as many as one likes. */
  readonly sessionLimit: number;
  readonly idleTimeoutS: number | undefined;
  readonly sessionTimeoutS: number | undefined;
  readonly interimIntervalS: number | undefined;
  readonly radiusAttributes: readonly CustomAttribute[];
  readonly tier: PlanTier | undefined;
  readonly version: number;
  readonly archivedAt: Date | undefined;
}

/** What an operator says about a new plan. */
export interface NewPlan extends NewPlanBilling {
  readonly code: string;
  readonly name: string;
  readonly price: bigint;
  readonly currency: string;
  readonly model?: string | undefined;
  readonly dataLimitGb?: string | undefined;
  readonly limitAction?: string | undefined;
  readonly rateLimit?: string | undefined;
  readonly fup?: readonly FupStep[] | undefined;
  readonly pool?: string | undefined;
  readonly addressList?: string | undefined;
  readonly ipv6Pool?: string | undefined;
  readonly pppProfile?: string | undefined;
  readonly sessionLimit?: number | undefined;
  readonly idleTimeoutS?: number | undefined;
  readonly sessionTimeoutS?: number | undefined;
  readonly interimIntervalS?: number | undefined;
  readonly radiusAttributes?: readonly CustomAttribute[] | undefined;
  readonly tier?: string | undefined;
}

/** A new plan whose values have been checked. */
export type CheckedPlan = Omit<Plan, 'id' | 'version' | 'archivedAt'>;

/** Says what is wrong with a custom attribute, or undefined; knows the dictionary. */
export type AttributeCheck = (attribute: CustomAttribute) => string | undefined;

/** Says by field what of a checked plan no RADIUS reply can carry, or undefined. */
export type PlanCheck = (plan: CheckedPlan) => Readonly<Record<string, string>> | undefined;

const SECONDS_MAX = 31_536_000;

/** The allowance in octets of decimal gigabytes such as `100` or `0.5`; at most nine decimals count. */
export function allowanceOctets(dataLimitGb: string): bigint {
  return octetsOf(dataLimitGb, 'decimal');
}

/** Checks a new plan; throws `validation_failed` with one sentence and the field it is about. */
export function checkPlan(input: NewPlan, checkAttribute: AttributeCheck): CheckedPlan {
  const model = ofField('model', () => checkModel(input.model ?? 'postpaid'));
  const billing = checkPlanBilling(input);
  const hasOverage = billing.overage !== undefined;
  const { dataLimitGb, rateLimit } = input;
  return {
    ...billing,
    ...checkNames(input),
    price: ofField('price', () => checkPrice(input.price)),
    model,
    dataLimitGb:
      dataLimitGb === undefined ? undefined : ofField('data_limit_gb', () => checkDataLimit(dataLimitGb)),
    limitAction: ofField('limit_action', () => checkLimitAction(input.limitAction, { model, hasOverage })),
    rateLimit: rateLimit === undefined ? undefined : checkRateLimit(rateLimit),
    fup: (input.fup ?? []).map((step, index) => ofField(`fup.${index}`, () => checkFupStep(step))),
    pool: ofField('pool', () => checkRouterName('pool', input.pool)),
    addressList: ofField('address_list', () => checkRouterName('address list', input.addressList)),
    ipv6Pool: ofField('ipv6_pool', () => checkRouterName('IPv6 pool', input.ipv6Pool)),
    pppProfile: ofField('ppp_profile', () => checkRouterName('PPP profile', input.pppProfile)),
    sessionLimit: ofField('session_limit', () =>
      checkWhole('session limit', input.sessionLimit ?? 1, { min: 0, max: 1_000 }),
    ),
    idleTimeoutS: ofField('idle_timeout_s', () => checkSeconds('idle timeout', input.idleTimeoutS)),
    sessionTimeoutS: ofField('session_timeout_s', () =>
      checkSeconds('session timeout', input.sessionTimeoutS),
    ),
    interimIntervalS: ofField('interim_interval_s', () => checkInterim(input.interimIntervalS)),
    radiusAttributes: (input.radiusAttributes ?? []).map((one, index) =>
      ofField(`radius_attributes.${index}`, () => checkCustomAttribute(one, checkAttribute)),
    ),
    tier: ofField('tier', () => checkTier(input.tier)),
  };
}

function checkNames(input: NewPlan): Pick<CheckedPlan, 'code' | 'name' | 'currency'> {
  const code = input.code.trim();
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._+/()&-]{0,62}$/u.test(code)) {
    const objection = `'${code}' is no package code: use up to 63 letters, digits, blanks and . _ + - / & ( ).`;
    throw invalid(objection, { code: objection });
  }
  const name = input.name.trim();
  if (name === '' || name.length > 200) {
    throw invalid('The name of a package has 1 to 200 characters.', {
      name: 'must have 1 to 200 characters',
    });
  }
  ofField('currency', () => currencyDigits(input.currency));
  return { code, name, currency: input.currency };
}

function checkPrice(price: bigint): bigint {
  if (price >= 0n && price <= AMOUNT_MAX) return price;
  throw invalid('The price must be 0 or more.');
}

function checkTier(text: string | undefined): PlanTier | undefined {
  if (text === undefined) return undefined;
  const tier = PLAN_TIERS.find((one) => one === text);
  if (tier !== undefined) return tier;
  throw invalid(`The tier cannot be '${text}': it must be ${PLAN_TIERS.join(', ')}.`);
}

/** The canonical text of a rate limit; throws `validation_failed` with the grammar's own sentence. */
export function checkRateLimit(text: string): string {
  const parsed = parseRateLimit(text);
  if (!parsed.ok) throw invalid(parsed.error, { rate_limit: parsed.error });
  return formatRateLimit(parsed.value);
}

/** The name of something on the router, which RouterOS keeps as printable ASCII; undefined stays undefined. */
export function checkRouterName(what: string, name: string | undefined): string | undefined {
  if (name === undefined || name === '') return undefined;
  if (/^[\x21-\x7e]{1,63}$/.test(name)) return name;
  throw invalid(`'${name}' is no name of a ${what}: use up to 63 ASCII characters without blanks.`);
}

/** A custom attribute the dictionary knows; throws `validation_failed`. */
export function checkCustomAttribute(one: CustomAttribute, check: AttributeCheck): CustomAttribute {
  const objection = check(one);
  if (objection !== undefined) throw invalid(objection);
  return { name: one.name, value: one.value };
}

/** A whole number within a range; throws `validation_failed`. */
export function checkWhole(what: string, value: number, range: { min: number; max: number }): number {
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
  throw invalid(
    `The ${what} ${value} is out of range: it must be a whole number from ${range.min} to ${range.max}.`,
  );
}

function checkSeconds(what: string, value: number | undefined): number | undefined {
  return value === undefined
    ? undefined
    : checkWhole(`${what} in seconds`, value, { min: 1, max: SECONDS_MAX });
}

/** RFC 2869 section 2.1: an interim interval is never below 60 seconds. */
function checkInterim(value: number | undefined): number | undefined {
  return value === undefined
    ? undefined
    : checkWhole('interim interval in seconds', value, { min: 60, max: 86_400 });
}

function checkModel(model: string): PlanModel {
  if (model === 'postpaid' || model === 'prepaid') return model;
  throw invalid(`The model cannot be '${model}': it must be postpaid or prepaid.`);
}

/** Billing-rules F6 and Q9: fair use and overage exclude each other, and prepaid never owes. */
function checkLimitAction(
  text: string | undefined,
  plan: { model: PlanModel; hasOverage: boolean },
): LimitAction {
  const wanted = text ?? (plan.hasOverage ? 'overage' : 'notify');
  const action = LIMIT_ACTIONS.find((one) => one === wanted);
  if (action === undefined) {
    throw invalid(`The limit action cannot be '${wanted}': it must be ${LIMIT_ACTIONS.join(', ')}.`);
  }
  if (plan.model === 'prepaid' && (action === 'overage' || plan.hasOverage)) {
    throw invalid(
      'A prepaid package cannot charge overage: nobody would pay it. Use throttle, block or notify.',
    );
  }
  if (plan.hasOverage && action !== 'overage') {
    throw invalid(`A package that charges overage cannot have the limit action ${action}: choose one.`);
  }
  return action;
}

function checkDataLimit(text: string): string {
  if (gigabytes(text.trim()) === undefined) {
    throw invalid(`'${text}' is no data limit: give gigabytes above 0, such as 100 or 0.5.`);
  }
  return text.trim();
}

function checkFupStep(step: FupStep): FupStep {
  const percent = checkWhole('FUP percentage', step.from_percent, { min: 1, max: 1_000 });
  const pool = checkRouterName('pool', step.pool);
  return { from_percent: percent, rate_limit: checkRateLimit(step.rate_limit), ...(pool ? { pool } : {}) };
}
