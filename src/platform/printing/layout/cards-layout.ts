import type { Card, CardSheet } from '../sheet.ts';
import { drawQr } from './qr.ts';
import { COLOUR, lineHeight, TYPE } from './style.ts';
import type { Typesetter } from './typesetter.ts';

const COLUMNS = 3;
const ROWS = 8;
const EDGE = 28;
const PADDING = 9;

/** Draws cards, 24 on a page, with dashed lines to cut along. */
export function drawCards(doc: PDFKit.PDFDocument, type: Typesetter, sheet: CardSheet): void {
  const perPage = COLUMNS * ROWS;
  const codeSize = sizeOfCodes(type, sheet.cards, cellOf(doc, 0).width - 2 * PADDING - 12);
  for (const [index, card] of sheet.cards.entries()) {
    if (index > 0 && index % perPage === 0) doc.addPage();
    const place = index % perPage;
    if (place === 0) drawCuts(doc);
    drawCard(doc, type, { card, issuerName: sheet.issuerName, cell: cellOf(doc, place), codeSize });
  }
}

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function cellOf(doc: PDFKit.PDFDocument, place: number): Cell {
  const width = (doc.page.width - 2 * EDGE) / COLUMNS;
  const height = (doc.page.height - 2 * EDGE) / ROWS;
  return {
    x: EDGE + (place % COLUMNS) * width,
    y: EDGE + Math.floor(place / COLUMNS) * height,
    width,
    height,
  };
}

function drawCuts(doc: PDFKit.PDFDocument): void {
  const { width: cellWidth, height: cellHeight } = cellOf(doc, 0);
  const { width, height } = doc.page;
  doc.save().lineWidth(0.5).dash(3, { space: 3 });
  for (let column = 0; column <= COLUMNS; column++) {
    const x = EDGE + column * cellWidth;
    doc.moveTo(x, EDGE / 2).lineTo(x, height - EDGE / 2);
  }
  for (let row = 0; row <= ROWS; row++) {
    const y = EDGE + row * cellHeight;
    doc.moveTo(EDGE / 2, y).lineTo(width - EDGE / 2, y);
  }
  doc.stroke('#b5bcc8').undash().restore();
}

function drawCard(
  doc: PDFKit.PDFDocument,
  type: Typesetter,
  {
    card,
    issuerName,
    cell,
    codeSize,
  }: { readonly card: Card; readonly issuerName: string; readonly cell: Cell; readonly codeSize: number },
): void {
  const x = cell.x + PADDING;
  const width = cell.width - 2 * PADDING;
  const side = card.link === undefined ? 0 : 40;
  const beside = width - (side === 0 ? 0 : side + 6);
  let y = cell.y + PADDING;
  const [issuer = ''] = type.lines(issuerName, { size: TYPE.tiny }, beside);
  y = type.line(issuer, { x, y }, { size: TYPE.tiny, colour: COLOUR.faint });
  const [worth = ''] = type.lines(card.worth, { size: 12, isStrong: true }, beside);
  y = type.line(worth, { x, y }, { size: 12, isStrong: true, colour: COLOUR.accent });
  if (card.link !== undefined) {
    drawQr(doc, card.link, { x: cell.x + cell.width - PADDING - side, y: cell.y + PADDING, side });
    y = Math.max(y, cell.y + PADDING + side);
  }
  const code = { size: codeSize, isStrong: true };
  const band = lineHeight(code.size) + 7;
  const top = Math.max(y + 2, cell.y + cell.height - PADDING - band - lineHeight(TYPE.tiny) - 2);
  doc.roundedRect(x, top, width, band, 4).fill(COLOUR.sunken);
  type.line(card.code, { x, y: top + 3.5, width, align: 'middle' }, code);
  const [note = ''] = type.lines(card.note, { size: TYPE.tiny }, width);
  type.line(note, { x, y: top + band + 2 }, { size: TYPE.tiny, colour: COLOUR.faint });
}

/** As large as the widest code fits on one line. */
function sizeOfCodes(type: Typesetter, cards: readonly Card[], width: number): number {
  const wanted = 12.5;
  const widths = cards.map(({ code }) => type.width(code, { size: wanted, isStrong: true }));
  const widest = widths.reduce((most, one) => Math.max(most, one), 1);
  return Math.min(wanted, (wanted * width) / widest);
}
