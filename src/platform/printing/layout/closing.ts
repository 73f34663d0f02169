import type { Fact, PaymentBox, Sheet } from '../sheet.ts';
import type { Flow } from './flow.ts';
import { drawQr } from './qr.ts';
import { COLOUR, lineHeight, PAGE, TYPE } from './style.ts';
import { drawTable } from './table.ts';

const SUM = { size: TYPE.body } as const;
const LAST = { size: 12, isStrong: true } as const;
const QR_SIDE = 76;

/** The sums under the lines, with the side table left of them. */
export function drawSums(flow: Flow, { sums, sideTable }: Sheet): void {
  if (sums.length === 0) return;
  const step = lineHeight(SUM.size) + 5;
  const sumsHeight = (sums.length - 1) * step + lineHeight(LAST.size) + 18;
  const rows = sideTable === undefined ? 0 : sideTable.rows.length + 2;
  flow.skip(10);
  flow.room(Math.max(sumsHeight, rows * (step + 8)));
  const top = flow.y;
  const width = flow.width * 0.42;
  const bottom = drawFigures(flow, sums, { x: flow.right - width, y: top, width, step });
  if (sideTable !== undefined) {
    drawTable(flow, sideTable, { x: flow.left, width: flow.width - width - 28 });
  }
  flow.y = Math.max(bottom, flow.y) + PAGE.gap;
}

function drawFigures(
  flow: Flow,
  sums: readonly Fact[],
  at: { readonly x: number; readonly y: number; readonly width: number; readonly step: number },
): number {
  let y = at.y + 2;
  const inner = { x: at.x + 10, width: at.width - 17 };
  for (const { label, value } of sums.slice(0, -1)) {
    flow.type.line(label, { ...inner, y }, { ...SUM, colour: COLOUR.soft });
    flow.type.line(value, { ...inner, y, align: 'end' }, SUM);
    y += at.step;
  }
  const last = sums.at(-1);
  if (last === undefined) return y;
  const height = lineHeight(LAST.size) + 12;
  flow.doc.roundedRect(at.x, y, at.width, height, 5).fill(COLOUR.accent);
  const style = { ...LAST, colour: COLOUR.white };
  flow.type.line(last.label, { ...inner, y: y + 6 }, style);
  flow.type.line(last.value, { ...inner, y: y + 6, align: 'end' }, style);
  return y + height;
}

/** Sentences that belong to the document. */
export function drawNotes(flow: Flow, notes: readonly string[]): void {
  const style = { size: TYPE.small + 0.5, colour: COLOUR.soft };
  for (const note of notes) {
    const lines = flow.type.lines(note, style, flow.width);
    for (const line of lines) {
      flow.room(lineHeight(style.size));
      flow.y = flow.type.line(line, { x: flow.left, y: flow.y }, style);
    }
    flow.skip(4);
  }
}

/** How to pay, with the code to scan. */
export function drawPayment(flow: Flow, { title, lines, link }: PaymentBox): void {
  const padding = 12;
  const side = link === undefined ? 0 : QR_SIDE;
  const textWidth = flow.width - 2 * padding - (side === 0 ? 0 : side + padding);
  const style = { size: TYPE.body, colour: COLOUR.soft };
  const wrapped = lines.flatMap((line) => flow.type.lines(line, style, textWidth));
  const textHeight = lineHeight(11) + 4 + wrapped.length * lineHeight(style.size);
  const height = Math.max(textHeight, side === 0 ? 0 : side + 13) + 2 * padding;
  flow.room(height);
  const { y } = flow;
  flow.doc.roundedRect(flow.left, y, flow.width, height, 6).lineWidth(0.8).stroke(COLOUR.line);
  const x = flow.left + padding;
  let below = flow.type.line(title, { x, y: y + padding }, { size: 11, isStrong: true }) + 4;
  for (const line of wrapped) below = flow.type.line(line, { x, y: below }, style);
  if (link !== undefined) {
    const at = { x: flow.right - padding - side, y: y + padding, side };
    drawQr(flow.doc, link, at);
    flow.doc.link(at.x, at.y, side, side, link);
    const caption = { x: at.x, y: at.y + side + 3, width: side, align: 'middle' } as const;
    flow.type.line('Scan to pay', caption, { size: TYPE.tiny, colour: COLOUR.faint });
  }
  flow.y += height + PAGE.gap;
}

/** The foot of every page, once it is known how many there are. */
export function drawFeet(flow: Flow, foot: readonly string[], name: string): void {
  const { start, count } = flow.doc.bufferedPageRange();
  for (let index = 0; index < count; index++) {
    flow.doc.switchToPage(start + index);
    const y = flow.bottom + 14;
    flow.doc.moveTo(flow.left, y).lineTo(flow.right, y).lineWidth(0.6).stroke(COLOUR.line);
    const style = { size: TYPE.tiny, colour: COLOUR.faint };
    const page = `${name}  ·  Page ${index + 1} of ${count}`;
    const pageWidth = flow.type.width(page, style);
    flow.type.line(page, { x: flow.left, y: y + 6, width: flow.width, align: 'end' }, style);
    for (const [row, text] of foot.entries()) {
      const [line = ''] = flow.type.lines(text, style, flow.width - pageWidth - 20);
      flow.type.line(line, { x: flow.left, y: y + 6 + row * lineHeight(style.size) }, style);
    }
  }
}
