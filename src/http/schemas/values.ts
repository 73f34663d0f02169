import { z } from '@hono/zod-openapi';
import { invariant } from '../../kernel/invariant.ts';
import { AMOUNT_MAX } from '../../kernel/money.ts';

/** The id of an object in an answer. */
export const id = z.int().openapi({ example: 42 });

/** An id somebody sends: a whole number, or its digits, as paths and queries carry it. */
export function idInput<Id extends string>() {
  const error = 'must be an id: a whole number';
  return z
    .union([z.int({ error }).positive({ error }), z.string().regex(/^[1-9]\d{0,17}$/, { error })], { error })
    .transform((value) => String(value) as Id)
    .openapi({ type: 'integer', example: 42 });
}

/** The `{id}` of a path; what is no id names nothing. */
export function idParams<Id extends string>() {
  return z.object({ id: idInput<Id>().openapi({ param: { name: 'id', in: 'path' } }) });
}

/** An id or an amount as JSON carries it; both stay far below 2^53. */
export function number(value: string | bigint): number {
  const result = Number(value);
  invariant(Number.isSafeInteger(result), `${value} does not fit a JSON number.`);
  return result;
}

/** As `number`, for what may be missing. */
export function numberOrNull(value: string | bigint | null | undefined): number | null {
  return value === null || value === undefined ? null : number(value);
}

/** An amount in an answer: whole minor units (billing-rules M1). */
export const money = z.int().openapi({ example: 3000, description: 'Minor units of the currency.' });

/** An amount somebody sends, as minor units. */
export const moneyInput = z
  .int({ error: 'must be a whole number of minor units' })
  .min(-Number(AMOUNT_MAX))
  .max(Number(AMOUNT_MAX))
  .transform(BigInt)
  .openapi({ type: 'integer', example: 3000, description: 'Minor units of the currency.' });

/** An instant in an answer: UTC, ISO 8601. */
export const instant = z.iso.datetime().openapi({ example: '2026-11-25T10:00:00.000Z' });

/** An instant somebody sends: ISO 8601 with `Z` or an offset. */
export const instantInput = z.iso
  .datetime({ offset: true, error: 'must be an instant such as 2026-11-25T10:00:00Z' })
  .transform((text) => new Date(text))
  .openapi({ type: 'string', format: 'date-time' });

/** A local date of the billing time zone. */
export const localDate = z.iso
  .date({ error: 'must be a date such as 2026-11-25' })
  .openapi({ example: '2026-11-25' });

/** A boundary of a period in an answer: a local date, or for prepaid periods the instant. */
export const boundary = z.string().openapi({
  example: '2026-11-25',
  description: 'A local date (postpaid), or an instant (prepaid).',
});

/** A percentage somebody sends: a decimal string, or a number that reads as one (billing-rules M4). */
export const percentInput = z
  .union([z.string().regex(/^\d{1,9}(\.\d{1,9})?$/), z.number().min(0)], {
    error: 'must be a percentage such as "16" or "7.5"',
  })
  .transform(String)
  .openapi({ type: 'string', example: '16' });

/** `true` and `false` in a query. */
export const flagInput = z.enum(['true', 'false']).transform((text) => text === 'true');
