import type { Cell, SheetTable } from '../sheet.ts';
import type { Flow } from './flow.ts';
import { COLOUR, lineHeight, TYPE } from './style.ts';

const PADDING = { x: 7, y: 5.5, dense: 2.6 } as const;
const HEAD = { size: TYPE.tiny, isStrong: true, colour: COLOUR.soft } as const;
const BODY = { size: TYPE.body } as const;
const NOTE = { size: TYPE.small, colour: COLOUR.faint } as const;
const TITLE = { size: 10.5, isStrong: true } as const;

/** Where a table stands across the page. */
export interface Span {
  readonly x: number;
  readonly width: number;
}

/** Prints a table down the pages, with its head on each; a row never parts unless it is higher than a page. */
export function drawTable(flow: Flow, table: SheetTable, span: Span): void {
  const widths = columnWidths(flow, table, span.width);
  if (table.title !== undefined) {
    flow.room(lineHeight(TITLE.size) + 4 + 2 * rowHeightMin());
    flow.y = flow.type.line(table.title, { x: span.x, y: flow.y }, TITLE) + 4;
  }
  flow.room(2 * rowHeightMin());
  drawHead(flow, table, { span, widths });
  for (const row of table.rows) {
    const cells = row.map((cell, index) => linesOf(flow, cell, (widths[index] ?? 0) - 2 * PADDING.x));
    const height = Math.max(...cells.map(heightOf)) + 2 * paddingOf(table);
    if (flow.room(height)) drawHead(flow, table, { span, widths });
    drawRow(flow, { table, cells, height }, { span, widths });
  }
}

interface Layout {
  readonly span: Span;
  readonly widths: readonly number[];
}

/** The lines of a cell, each with its style. */
interface CellLines {
  readonly text: readonly string[];
  readonly note: readonly string[];
}

function drawHead(flow: Flow, table: SheetTable, { span, widths }: Layout): void {
  const height = lineHeight(HEAD.size) + 2 * PADDING.y;
  flow.doc.roundedRect(span.x, flow.y, span.width, height, 3).fill(COLOUR.sunken);
  let { x } = span;
  for (const [index, { title, align }] of table.columns.entries()) {
    const width = widths[index] ?? 0;
    const place = { x: x + PADDING.x, y: flow.y + PADDING.y, width: width - 2 * PADDING.x, align };
    flow.type.line(title, place, HEAD);
    x += width;
  }
  flow.y += height;
}

function drawRow(
  flow: Flow,
  row: { readonly table: SheetTable; readonly cells: readonly CellLines[]; readonly height: number },
  { span, widths }: Layout,
): void {
  let { x } = span;
  for (const [index, cell] of row.cells.entries()) {
    const width = widths[index] ?? 0;
    const align = row.table.columns[index]?.align ?? 'start';
    const place = { x: x + PADDING.x, width: width - 2 * PADDING.x, align };
    let y = flow.y + paddingOf(row.table);
    for (const line of cell.text) y = flow.type.line(line, { ...place, y }, BODY);
    for (const line of cell.note) y = flow.type.line(line, { ...place, y }, NOTE);
    x += width;
  }
  flow.y += row.height;
  flow.doc
    .moveTo(span.x, flow.y)
    .lineTo(span.x + span.width, flow.y)
    .lineWidth(0.6)
    .stroke(COLOUR.line);
}

function linesOf(flow: Flow, cell: Cell, width: number): CellLines {
  const { text, note } = typeof cell === 'string' ? { text: cell, note: '' } : cell;
  return {
    text: flow.type.lines(text, BODY, width),
    note: note === '' ? [] : flow.type.lines(note, NOTE, width),
  };
}

function heightOf({ text, note }: CellLines): number {
  return text.length * lineHeight(BODY.size) + note.length * lineHeight(NOTE.size);
}

function paddingOf({ isDense = false }: SheetTable): number {
  return isDense ? PADDING.dense : PADDING.y;
}

function rowHeightMin(): number {
  return lineHeight(BODY.size) + 2 * PADDING.y;
}

/** Fitted columns get what their widest cell needs, at most a third; the others share the rest. */
function columnWidths(flow: Flow, { columns, rows }: SheetTable, width: number): number[] {
  const fitted = columns.map(({ title, isFitted }, index) => {
    if (!isFitted) return undefined;
    const cells = rows.map((row) => widthOf(flow, row[index] ?? ''));
    const widest = cells.reduce((most, one) => Math.max(most, one), flow.type.width(title, HEAD));
    return Math.min(widest + 2 * PADDING.x + 1, width / 3);
  });
  const taken = fitted.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const shares = fitted.filter((one) => one === undefined).length;
  return fitted.map((one) => one ?? (width - taken) / shares);
}

function widthOf(flow: Flow, cell: Cell): number {
  if (typeof cell === 'string') return flow.type.width(cell, BODY);
  return Math.max(flow.type.width(cell.text, BODY), flow.type.width(cell.note, NOTE));
}
