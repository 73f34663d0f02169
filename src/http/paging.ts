import { z } from '@hono/zod-openapi';
import { stringify } from 'csv-stringify/sync';
import type { Context } from 'hono';
import { type AppError, invalid } from '../kernel/errors.ts';
import type { HttpEnv } from './context.ts';

/** Where a list goes on: the sort values of the last row shown, and its id. */
export type Cursor = readonly (string | number | null)[];

const LIMIT_MAX = 100;
const LIMIT_DEFAULT = 50;

/** The query of every list; spread it into a strict object beside the filters of that list. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMIT_MAX)
    .default(LIMIT_DEFAULT)
    .openapi({ description: `Rows of a page, at most ${LIMIT_MAX}.` }),
  cursor: z.string().max(1_000).optional().openapi({ description: 'The `next_cursor` of the page before.' }),
} as const;

/** The answer of every list (billing-rules section 20). */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** The two ways a list is answered: JSON in pages, or everything as CSV. */
export function listResponse<Item extends z.ZodType>(item: Item, description: string) {
  return {
    description,
    content: {
      'application/json': { schema: pageSchema(item) },
      'text/csv': { schema: z.string().openapi({ description: 'All rows, with a header line.' }) },
    },
  } as const;
}

/** A list behind a route: pages of rows after a cursor, in one order. */
export interface ListSource<Row, Item extends object> {
  fetch(page: { readonly after: Cursor | undefined; readonly limit: number }): Promise<readonly Row[]>;
  cursorOf(row: Row): Cursor;
  item(row: Row): Item;
}

/**
 * Answers a page as JSON, or with `Accept: text/csv` every row from the cursor on, streamed page by page. What a
 * spreadsheet would take for a formula is quoted.
 */
export async function answerList<Row, Item extends object>(
  c: Context<HttpEnv>,
  query: { readonly limit: number; readonly cursor?: string | undefined },
  source: ListSource<Row, Item>,
) {
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
  if (wantsCsv(c)) return answerCsv(source, { after, columns: c.get('csvColumns') });
  const { limit } = query;
  const rows = await source.fetch({ after, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? writeCursor(source.cursorOf(last)) : null;
  return c.json({ items: shown.map((row) => source.item(row)), next_cursor: next }, 200);
}

/** Whether the caller asks for CSV. */
export function wantsCsv(c: Context<HttpEnv>): boolean {
  return /^text\/csv\b/i.test(c.req.header('accept') ?? '');
}

/** A few rows as CSV with a header line, the way lists are. */
export function csvRows(rows: readonly object[]): Response {
  return csvAnswer(stringify(rows.map(cells), { header: true, escape_formulas: true }));
}

/** A cursor as a client carries it. */
export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Throws `validation_failed` for what `writeCursor` did not make. */
export function readCursor(text: string): Cursor {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw foreignCursor();
  }
  const parsed = cursorSchema.safeParse(value);
  if (!parsed.success) throw foreignCursor();
  return parsed.data;
}

/** The id a cursor ends with, as decimal digits; throws `validation_failed` for a cursor of another list. */
export function idOfCursor(cursor: Cursor): string {
  const id = cursor.at(-1);
  if (typeof id !== 'string' || !/^\d{1,18}$/.test(id)) throw foreignCursor();
  return id;
}

function foreignCursor(): AppError {
  return invalid('The cursor is none of this list: pass the next_cursor of the page before.', {
    cursor: 'must be the next_cursor of the page before',
  });
}

const cursorSchema = z
  .array(z.union([z.string(), z.number(), z.null()]))
  .min(1)
  .max(4);

function answerCsv<Row, Item extends object>(
  source: ListSource<Row, Item>,
  from: { readonly after: Cursor | undefined; readonly columns: readonly string[] | undefined },
): Response {
  const encoder = new TextEncoder();
  const columns = from.columns === undefined ? {} : { columns: [...from.columns] };
  let { after } = from;
  let isFirst = true;
  const lines = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const rows = await source.fetch({ after, limit: LIMIT_MAX });
      const last = rows.at(-1);
      if (rows.length > 0 || isFirst) {
        const items = rows.map((row) => cells(source.item(row)));
        controller.enqueue(
          encoder.encode(stringify(items, { header: isFirst, escape_formulas: true, ...columns })),
        );
      }
      isFirst = false;
      if (rows.length < LIMIT_MAX || last === undefined) return controller.close();
      after = source.cursorOf(last);
    },
  });
  return csvAnswer(lines);
}

function csvAnswer(body: ReadableStream<Uint8Array> | string): Response {
  return new Response(body, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="export.csv"',
    },
  });
}

function cells(item: object): Record<string, string | number | null> {
  const entries = Object.entries(item).map(([name, value]): [string, string | number | null] => {
    if (value === null || value === undefined) return [name, null];
    if (typeof value === 'number' || typeof value === 'string') return [name, value];
    return [name, typeof value === 'boolean' ? String(value) : JSON.stringify(value)];
  });
  return Object.fromEntries(entries);
}
