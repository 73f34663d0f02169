import { z } from '@hono/zod-openapi';
import { stringify } from 'csv-stringify/sync';
import { Temporal } from 'temporal-polyfill';
import type { Statement, StatementEntry } from '../../../billing/ledger/statement.service.ts';
import { invalid } from '../../../kernel/errors.ts';
import { id, localDate, money, number } from '../../schemas/values.ts';

const statementSchema = z
  .object({
    customer_id: id,
    currency: z.string(),
    from: localDate.nullable(),
    to: localDate.nullable(),
    opening_balance: money,
    entries: z.array(
      z.object({
        date: localDate,
        kind: z.string(),
        document: z.string().openapi({ example: 'INV-000001' }),
        amount: money.openapi({ description: 'Positive when more is owed.' }),
        balance: money.openapi({ description: 'What is owed less the credit.' }),
      }),
    ),
    closing_balance: money,
  })
  .openapi('Statement');

/** The two ways a statement is streamed, whatever its length. */
export const statementResponse = {
  description: 'The statement, streamed.',
  content: {
    'application/json': { schema: statementSchema },
    'text/csv': { schema: z.string().openapi({ description: 'The entries, with a header line.' }) },
  },
} as const;

/** The local dates of a statement, `[from, to)`. */
export const rangeQuery = {
  from: localDate.optional().openapi({ description: 'From this local date on.' }),
  to: localDate.optional().openapi({ description: 'Before this local date.' }),
};

/** The dates of a query; throws `validation_failed` when they hold no day. */
export function rangeOf({
  from,
  to,
}: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}) {
  if (from !== undefined && to !== undefined && from >= to) {
    throw invalid('to must be a later day than from: it is the first day that no longer counts.', {
      to: 'must be later than from',
    });
  }
  return { from: dateOf(from), to: dateOf(to) };
}

/** A local date of a query. */
export function dateOf(text: string | undefined): Temporal.PlainDate | undefined {
  return text === undefined ? undefined : Temporal.PlainDate.from(text);
}

/** What stands before the entries. */
export interface StatementHead {
  readonly customer_id: number;
  readonly currency: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** Writes a statement as it is read, as JSON or, with `Accept: text/csv`, as CSV, so that a long one takes no memory. */
export function answerStatement(
  accept: string | undefined,
  head: StatementHead,
  statement: Statement,
): Response {
  if (/^text\/csv\b/i.test(accept ?? '')) {
    return new Response(csvOf(statement), {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="statement-${head.customer_id}.csv"`,
      },
    });
  }
  return new Response(jsonOf(head, statement), {
    headers: { 'Content-Type': 'application/json; charset=UTF-8' },
  });
}

function jsonOf(head: StatementHead, { openingMinor, entries }: Statement): ReadableStream<Uint8Array> {
  let closingMinor = openingMinor;
  let comma = '';
  const opening = JSON.stringify({ ...head, opening_balance: number(openingMinor) }).slice(0, -1);
  return streamOf(entries(), {
    begin: `${opening},"entries":[`,
    group: (group) => {
      closingMinor = group.at(-1)?.balanceMinor ?? closingMinor;
      const text = comma + group.map((entry) => JSON.stringify(entryJson(entry))).join(',');
      comma = ',';
      return text;
    },
    end: () => `],"closing_balance":${number(closingMinor)}}`,
  });
}

function csvOf({ entries }: Statement): ReadableStream<Uint8Array> {
  return streamOf(entries(), {
    begin: 'date,kind,document,amount,balance\n',
    group: (group) => stringify(group.map(entryJson), { escape_formulas: true }),
    end: () => '',
  });
}

function entryJson({ on, event, document, amountMinor, balanceMinor }: StatementEntry) {
  return {
    date: on.toString(),
    kind: event,
    document,
    amount: number(amountMinor),
    balance: number(balanceMinor),
  };
}

const GROUP = 500;

/** Reads on only when what was written has been taken. */
function streamOf(
  entries: AsyncGenerator<StatementEntry, void>,
  write: {
    readonly begin: string;
    group(entries: readonly StatementEntry[]): string;
    end(): string;
  },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(write.begin)),
    pull: async (controller) => {
      const group: StatementEntry[] = [];
      let isOver = false;
      while (group.length < GROUP && !isOver) {
        const next = await entries.next();
        if (next.done === true) isOver = true;
        else group.push(next.value);
      }
      const text = (group.length > 0 ? write.group(group) : '') + (isOver ? write.end() : '');
      if (text !== '') controller.enqueue(encoder.encode(text));
      if (isOver) controller.close();
    },
    cancel: async () => {
      await entries.return();
    },
  });
}
