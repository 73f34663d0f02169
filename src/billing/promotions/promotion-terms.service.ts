import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { conflict, invalid, notFound } from '../../kernel/errors.ts';
import { checkVersion } from '../../kernel/version.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import {
  arePlans,
  findPromotion,
  insertPromotion,
  lockPromotionById,
  type PromotionFilter,
  selectPromotions,
  updatePromotion,
} from './promotion-terms.store.ts';
import {
  checkPromotion,
  fixedOnceRedeemed,
  type KeptPromotion,
  type NewPromotion,
  type PromotionTerms,
  promotionImage,
} from './promotion-terms.ts';

export type { PromotionFilter };

/** What is changed of a code: what is left out stays, null takes away. */
export type PromotionPatch = {
  readonly [Name in keyof NewPromotion]?: NewPromotion[Name] | null | undefined;
};

/** The codes a filter finds, newest first. */
export function listPromotions(db: Database, filter: PromotionFilter): Promise<KeptPromotion[]> {
  return selectPromotions(db, filter);
}

/** The code of that id; throws `promotion_not_found`. */
export async function getPromotion(db: Database, id: string): Promise<KeptPromotion> {
  return required(await findPromotion(db, id), id);
}

/**
 * Adds a code, a fixed amount in the installation's currency when it names none. Throws `validation_failed` or
 * `promotion_code_taken`.
 */
export function addPromotion(
  db: Database,
  input: Omit<NewPromotion, 'currency'> & { readonly currency?: string | undefined },
  actor: Actor,
): Promise<KeptPromotion> {
  return explainingTaken(input.code, () =>
    db.transaction(async (tx) => {
      const currency = input.currency ?? (await readSettings(tx)).isp_currency;
      const terms = await check(tx, { ...input, currency });
      const promotion = await insertPromotion(tx, terms);
      await record(tx, actor, 'promotion.created', { after: promotion });
      return promotion;
    }),
  );
}

/**
 * Changes a code for redemptions to come. Throws `promotion_not_found`, `version_conflict`, `validation_failed`,
 * `promotion_code_taken`, or `promotion_in_use` for what redemptions already made rest on (D5).
 */
export function changePromotion(
  db: Database,
  order: {
    readonly id: string;
    readonly patch: PromotionPatch;
    readonly actor: Actor;
    readonly expectedVersion?: number | undefined;
  },
): Promise<KeptPromotion> {
  return explainingTaken(order.patch.code ?? '', () =>
    db.transaction(async (tx) => {
      const before = required(await lockPromotionById(tx, order.id), order.id);
      checkVersion(order.expectedVersion, before.version);
      const currency = before.currency ?? (await readSettings(tx)).isp_currency;
      const terms = await check(tx, merged(before, currency, order.patch));
      refuseRedeemed(before, terms);
      const after = await updatePromotion(tx, order.id, { terms, version: before.version + 1 });
      await record(tx, order.actor, 'promotion.updated', { before, after });
      return after;
    }),
  );
}

function merged(before: KeptPromotion, currency: string, patch: PromotionPatch): NewPromotion {
  const { value, type } = before;
  const now: NewPromotion = { ...before, value: type === 'fixed' ? Number(value) : value, currency };
  const given = Object.entries(patch).filter(([, one]) => one !== undefined);
  // The patch has the types of what it replaces, and null stands for a missing value.
  return {
    ...now,
    ...Object.fromEntries(given.map(([name, one]) => [name, one ?? undefined])),
  } as NewPromotion;
}

function refuseRedeemed(before: KeptPromotion, after: PromotionTerms): void {
  const { redeemedCount } = before;
  if (redeemedCount === 0) return;
  const name = fixedOnceRedeemed(before, after);
  if (name !== undefined) {
    throw conflict(
      'promotion_in_use',
      `'${before.code}' has been redeemed ${redeemedCount} times, so its ${name} stays: add another code.`,
    );
  }
  if ((after.maxRedemptions ?? redeemedCount) < redeemedCount) {
    const objection = `must be at least ${redeemedCount}, which is how often it has been redeemed`;
    throw invalid(`The max_redemptions of a promotion ${objection}.`, { max_redemptions: objection });
  }
}

async function check(tx: Transaction, input: NewPromotion): Promise<PromotionTerms> {
  const terms = checkPromotion(input);
  if (terms.planIds === undefined || (await arePlans(tx, terms.planIds))) return terms;
  throw invalid('The promotion names a package that does not exist.', { package_ids: 'must all exist' });
}

function record(
  tx: Transaction,
  actor: Actor,
  action: string,
  change: { readonly before?: KeptPromotion; readonly after: KeptPromotion },
): Promise<void> {
  return recordAudit(tx, {
    actor,
    action,
    entity: 'promotion',
    entityId: change.after.id,
    before: change.before && promotionImage(change.before),
    after: promotionImage(change.after),
  });
}

async function explainingTaken<T>(code: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violatedConstraint(error) !== 'isp_promotions_code_key') throw error;
    throw conflict('promotion_code_taken', `There is a promotion with the code '${code}' already.`);
  }
}

function required(promotion: KeptPromotion | undefined, id: string): KeptPromotion {
  if (promotion !== undefined) return promotion;
  throw notFound('promotion_not_found', `There is no promotion ${id}.`);
}
