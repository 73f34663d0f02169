import type { Sheet } from '../sheet.ts';
import { drawFeet, drawNotes, drawPayment, drawSums } from './closing.ts';
import { Flow } from './flow.ts';
import { drawAcross, drawBar, drawHead } from './head.ts';
import { COLOUR, PAGE, TYPE } from './style.ts';
import { drawTable } from './table.ts';
import type { Typesetter } from './typesetter.ts';

/** Draws a document over as many pages as it needs. */
export function drawSheet(doc: PDFKit.PDFDocument, type: Typesetter, sheet: Sheet): void {
  const flow = new Flow(doc, type, (next) => drawContinued(next, sheet));
  if (sheet.stamp?.isAcross === true) drawAcross(flow, sheet.stamp);
  drawHead(flow, sheet);
  const whole = { x: flow.left, width: flow.width };
  for (const [index, table] of sheet.tables.entries()) {
    drawTable(flow, table, whole);
    if (index === 0) drawSums(flow, sheet);
    else flow.skip(PAGE.gap);
  }
  drawNotes(flow, sheet.notes);
  if (sheet.payment !== undefined) {
    flow.skip(4);
    drawPayment(flow, sheet.payment);
  }
  drawFeet(flow, sheet.issuer.foot, sheet.number);
}

function drawContinued(flow: Flow, { title, number, issuer }: Sheet): void {
  drawBar(flow);
  const style = { size: TYPE.small, colour: COLOUR.faint };
  const line = { x: flow.left, y: flow.y - 14, width: flow.width };
  const [name = ''] = flow.type.lines(issuer.name, style, flow.width / 2);
  flow.type.line(name, line, style);
  flow.type.line(`${title} ${number}, continued`, { ...line, align: 'end' }, style);
  flow.skip(6);
}
