import {
  CHANGE,
  CHANGED_COLUMNS,
  DETAILS_COLUMNS,
  FOLDED_COLUMNS,
  KNOWN_DAYS,
  NEW_DAYS,
  OPEN,
  OPENED_COLUMNS,
  RAW_INTO,
  RAW_OF,
  SEGMENTS,
  SET_DETAILS,
  USAGE_COLUMNS,
} from './commit-parts.ts';

/** What a batch has; a statement carries only the parts it needs, for each costs time even when it is empty. */
export interface BatchShape {
  readonly hasChanged: boolean;
  /** Some changed session moved to another address. */
  readonly hasDetails: boolean;
  readonly hasOpened: boolean;
  /** Some session has several reports. */
  readonly hasFolded: boolean;
  readonly hasUsage: boolean;
  /** Some usage may be the first of its service on its day. */
  readonly hasNewDays: boolean;
}

/** A composed statement, how often it was used, and the use from which it is planned anew. */
interface Composed {
  readonly body: string;
  text: string;
  uses: number;
  replanAt: number;
}

const composed = new Map<number, Composed>();
const REPLAN_FIRST_AT = 8;
const REPLAN_FACTOR = 4;

/**
 * The one statement behind every accounting answer. Session rows are written only if their version is the one the
 * deltas were computed against; otherwise the statement divides by zero, which is the cheapest way for it to
 * refuse itself whole.
 * Parameters: the arrays of the changed columns (and details), opened, folded and usage columns, each only if the
 * shape has them; then how many changed rows and known days must be written.
 *
 * PostgreSQL keeps the plan of a prepared statement. One made while the tables were empty walks them whole for ever
 * once they are large, so the text changes after 8, 32, 128 ... uses: each time it is planned for the size of then.
 */
export function commitStatement(shape: BatchShape): string {
  const key =
    Number(shape.hasChanged) +
    2 * Number(shape.hasDetails) +
    4 * Number(shape.hasOpened) +
    8 * Number(shape.hasFolded) +
    16 * Number(shape.hasUsage) +
    32 * Number(shape.hasNewDays);
  let known = composed.get(key);
  if (known === undefined) {
    const body = compose(shape);
    known = { body, text: body, uses: 0, replanAt: REPLAN_FIRST_AT };
    composed.set(key, known);
  }
  known.uses += 1;
  if (known.uses >= known.replanAt) {
    known.text = `${known.body} /* planned at use ${known.uses} */`;
    known.replanAt *= REPLAN_FACTOR;
  }
  return known.text;
}

function compose(shape: BatchShape): string {
  const { hasChanged, hasDetails, hasOpened, hasFolded, hasUsage, hasNewDays } = shape;
  let next = 1;
  const rows = (columns: readonly string[]): string => {
    const arrays = columns.map((column) => `$${next++}::${column.split(' ')[1]}[]`);
    const names = columns.map((column) => column.split(' ')[0]);
    return `select * from unnest(${arrays.join(', ')}) as t(${names.join(', ')})`;
  };
  const parts: string[] = [];
  const raw: string[] = [];
  if (hasChanged) {
    parts.push(`u as (${rows([...CHANGED_COLUMNS, ...(hasDetails ? DETAILS_COLUMNS : [])])})`);
    parts.push(`changed as (${CHANGE(hasDetails ? SET_DETAILS : '')})`);
    raw.push(`${RAW_OF.changed} from u where status <> 0`);
  }
  if (hasOpened) {
    parts.push(`i as (${rows(OPENED_COLUMNS)})`, `opened as (${OPEN})`);
    raw.push(`${RAW_OF.opened} from i where status <> 0`);
  }
  if (hasFolded) raw.push(`${RAW_OF.folded} from (${rows(FOLDED_COLUMNS)}) f`);
  if (hasUsage) {
    parts.push(
      `used as (${rows(USAGE_COLUMNS)})`,
      `known_days as (${KNOWN_DAYS})`,
      `segments as (${SEGMENTS})`,
    );
    if (hasNewDays) parts.push(`new_days as (${NEW_DAYS})`);
  }
  parts.push(`raw as (${RAW_INTO} ${raw.join(' union all ')})`);
  const mustWrite = (part: string): string =>
    `1 / ((select count(*) from ${part}) = $${next++}::bigint)::int`;
  const counts = [
    ...(hasChanged ? [mustWrite('changed')] : []),
    ...(hasUsage && !hasNewDays ? [mustWrite('known_days')] : []),
  ];
  return `with ${parts.join(', ')} select ${counts.join(', ') || 'true'}`;
}
