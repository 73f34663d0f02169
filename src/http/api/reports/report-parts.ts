import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type DateRange, dateRange } from '../../../reports/figures/range.ts';
import type { HttpEnv } from '../../context.ts';
import { csvRows, wantsCsv } from '../../paging.ts';
import { localDate } from '../../schemas/values.ts';

/** The queries every report takes. */
export const rangeQuery = {
  from: localDate.optional().openapi({ description: 'From this local date on; absent: from the beginning.' }),
  to: localDate.optional().openapi({ description: 'Before this local date; absent: until now.' }),
} as const;

/** Those of a report about money. */
export const moneyQuery = {
  ...rangeQuery,
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, { error: 'must be a currency such as KES' })
    .optional()
    .openapi({ description: 'Absent: the installation’s, or the only one there is.', example: 'KES' }),
} as const;

/** The range of a query; throws `validation_failed` when it ends before it begins. */
export function rangeOf(query: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}): DateRange {
  return dateRange(query.from, query.to);
}

/** The figures of one currency at the top, and those of all currencies in `currencies`, which are the rows of the CSV. */
export function moneyReport<Shape extends z.ZodRawShape>(name: string, shape: Shape) {
  const figures = z.object({ currency: z.string().openapi({ example: 'KES' }), ...shape });
  return figures.extend({ currencies: z.array(figures) }).openapi(name);
}

/** The two ways a report is answered. */
export function reportResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  return {
    description,
    content: {
      'application/json': { schema },
      'text/csv': { schema: z.string().openapi({ description: 'Its rows, with a header line.' }) },
    },
  } as const;
}

/** Answers a report as JSON, or its rows as CSV to who accepts that. */
export function answerReport<Report extends object>(
  c: Context<HttpEnv>,
  report: Report,
  rows: readonly object[],
) {
  return wantsCsv(c) ? csvRows(rows) : c.json(report, 200);
}
