import { invalid } from '../../kernel/errors.ts';
import { AMOUNT_MAX } from '../../kernel/money.ts';
import { gigabytes } from '../gigabytes.ts';

/** The unit of a billing period; `cycle_count` of them make one (billing-rules C3). */
export type CycleUnit = 'daily' | 'weekly' | 'monthly';
export const CYCLE_UNITS: readonly CycleUnit[] = ['daily', 'weekly', 'monthly'];

/** Whether the base price is billed at the start of a period or at its end (B2, B3). */
export type BaseTiming = 'advance' | 'arrears';

/** The unit of a prepaid validity (Q6). */
export type ValidityUnit = 'hours' | 'days' | 'weeks' | 'months';
const VALIDITY_UNITS: readonly ValidityUnit[] = ['hours', 'days', 'weeks', 'months'];

/** Every started block is charged whole, or octets exactly (O2, O3). */
export type OverageRounding = 'block' | 'exact';

/** One step of a graduated price; `up_to_blocks` is cumulative, null = without end (O5). `price` is per block. */
export interface OverageTier {
  readonly up_to_blocks: number | null;
  readonly price: number;
}

/** What data beyond the allowance costs, as segments keep it. Amounts in minor units; a flat price is one tier. */
export interface OveragePricing {
  /** Gigabytes of a block as a decimal string. */
  readonly block_gb: string;
  readonly rounding: OverageRounding;
  /** The most a period's overage can cost; null = no limit (O4). */
  readonly cap: number | null;
  /** In rising order; the last has no end. */
  readonly tiers: readonly OverageTier[];
}

/** What an operator says about overage: a flat `price` per block of 1 GB or `block_gb`, or `tiers`, which win. */
export interface NewOverage {
  readonly block_gb?: string | undefined;
  readonly price?: number | undefined;
  readonly rounding?: string | undefined;
  readonly cap?: number | null | undefined;
  readonly tiers?: readonly OverageTier[] | undefined;
}

/** How a plan is billed. */
export interface PlanBilling {
  readonly cycle: CycleUnit;
  readonly cycleCount: number;
  readonly baseTiming: BaseTiming;
  readonly overage: OveragePricing | undefined;
  readonly setupFee: bigint;
  readonly trialDays: number;
  readonly validity: { readonly unit: ValidityUnit; readonly count: number } | undefined;
}

/** What an operator says about it; what is left out has the default of billing-rules section 20. */
export interface NewPlanBilling {
  readonly cycle?: string | undefined;
  readonly cycleCount?: number | undefined;
  readonly baseTiming?: string | undefined;
  readonly overage?: NewOverage | undefined;
  readonly setupFee?: bigint | undefined;
  readonly trialDays?: number | undefined;
  readonly validity?: { readonly unit: string; readonly count: number } | undefined;
}

const BLOCKS_MAX = 1_000_000;

/** Checks the billing part of a new plan; throws `validation_failed` with one sentence. */
export function checkPlanBilling(input: NewPlanBilling): PlanBilling {
  return {
    cycle: oneOf('cycle', input.cycle ?? 'monthly', CYCLE_UNITS),
    cycleCount: whole('cycle_count', input.cycleCount ?? 1, { min: 1, max: 120 }),
    baseTiming: oneOf('base_timing', input.baseTiming ?? 'advance', ['advance', 'arrears']),
    overage: input.overage && checkOverage(input.overage),
    setupFee: BigInt(whole('setup_fee', Number(input.setupFee ?? 0n), { min: 0, max: Number(AMOUNT_MAX) })),
    trialDays: whole('trial_days', input.trialDays ?? 0, { min: 0, max: 3_650 }),
    validity: input.validity && {
      unit: oneOf('validity.unit', input.validity.unit, VALIDITY_UNITS),
      count: whole('validity.count', input.validity.count, { min: 1, max: 10_000 }),
    },
  };
}

function checkOverage(input: NewOverage): OveragePricing {
  const blockGb = input.block_gb ?? '1';
  if (gigabytes(blockGb) === undefined) {
    throw refused('overage.block_gb', `'${blockGb}'`, 'gigabytes above 0, such as "1" or "0.5"');
  }
  return {
    block_gb: blockGb,
    rounding: oneOf('overage.rounding', input.rounding ?? 'block', ['block', 'exact']),
    cap: input.cap == null ? null : whole('overage.cap', input.cap, { min: 0, max: Number(AMOUNT_MAX) }),
    tiers: checkTiers(input.tiers?.length ? input.tiers : flatTier(input.price)),
  };
}

function flatTier(price: number | undefined): OverageTier[] {
  if (price !== undefined) return [{ up_to_blocks: null, price }];
  throw invalid('Overage needs a price per block, or tiers.', { 'overage.price': 'give price, or tiers' });
}

function checkTiers(tiers: readonly OverageTier[]): OverageTier[] {
  let reached = 0;
  return tiers.map((tier, index) => {
    const name = `overage.tiers.${index}`;
    const price = whole(`${name}.price`, tier.price, { min: 0, max: Number(AMOUNT_MAX) });
    const isLast = index === tiers.length - 1;
    if ((tier.up_to_blocks === null) !== isLast) {
      throw refused(
        `${name}.up_to_blocks`,
        String(tier.up_to_blocks),
        'null in the last tier and nowhere else',
      );
    }
    if (tier.up_to_blocks === null) return { up_to_blocks: null, price };
    reached = whole(`${name}.up_to_blocks`, tier.up_to_blocks, { min: reached + 1, max: BLOCKS_MAX });
    return { up_to_blocks: reached, price };
  });
}

function oneOf<Word extends string>(field: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found === undefined) throw refused(field, `'${text}'`, words.join(', '));
  return found;
}

function whole(field: string, value: number, range: { min: number; max: number }): number {
  if (Number.isSafeInteger(value) && value >= range.min && value <= range.max) return value;
  throw refused(field, String(value), `a whole number from ${range.min} to ${range.max}`);
}

function refused(field: string, given: string, allowed: string): Error {
  return invalid(`The ${field} of a package cannot be ${given}: it must be ${allowed}.`, {
    [field]: `must be ${allowed}`,
  });
}
