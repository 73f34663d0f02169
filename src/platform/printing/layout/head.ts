import type { Fact, Issuer, Sheet, Stamp } from '../sheet.ts';
import type { Flow } from './flow.ts';
import { COLOUR, lineHeight, PAGE, TONES, TYPE } from './style.ts';

const LOGO = { width: 190, height: 54 } as const;
const COLUMN_GAP = 22;
const LABEL = { size: TYPE.tiny, isStrong: true, colour: COLOUR.faint } as const;
const NAME = { size: TYPE.body + 0.5, isStrong: true } as const;
const LINE = { size: TYPE.body - 0.5, colour: COLOUR.soft } as const;

/** The bar at the top of every page. */
export function drawBar(flow: Flow): void {
  flow.doc.rect(0, 0, flow.doc.page.width, 6).fill(COLOUR.accent);
}

/** The top of the first page: who sends what to whom. */
export function drawHead(flow: Flow, sheet: Sheet): void {
  drawBar(flow);
  const half = (flow.width - COLUMN_GAP) / 2;
  const title = { x: flow.left + half + COLUMN_GAP, width: half, align: 'end' } as const;
  let right = flow.type.block(sheet.title, { ...title, y: flow.y - 4 }, { size: TYPE.title, isStrong: true });
  right = flow.type.block(sheet.number, { ...title, y: right }, { size: 11, colour: COLOUR.soft });
  if (sheet.stamp !== undefined) right = drawStamp(flow, sheet.stamp, right + 6);
  const left = drawLogo(flow, sheet.issuer, half);
  flow.y = Math.max(left, right) + PAGE.gap;
  drawParties(flow, sheet);
  if (sheet.headline !== undefined) drawHeadline(flow, sheet.headline);
}

/** A state written big and faint across the first page. */
export function drawAcross(flow: Flow, stamp: Stamp): void {
  const { doc } = flow;
  const centre = { x: doc.page.width / 2, y: doc.page.height / 2 };
  const style = { size: 150, isStrong: true, colour: TONES[stamp.tone].ink };
  doc
    .save()
    .rotate(-32, { origin: [centre.x, centre.y] })
    .opacity(0.09);
  const place = {
    x: 0,
    y: centre.y - lineHeight(style.size) / 2,
    width: doc.page.width,
    align: 'middle',
  } as const;
  flow.type.line(stamp.text, place, style);
  doc.opacity(1).restore();
}

function drawLogo(flow: Flow, { logo, name }: Issuer, width: number): number {
  if (logo === undefined) {
    return flow.type.block(name, { x: flow.left, y: flow.y - 2, width }, { size: TYPE.name, isStrong: true });
  }
  flow.doc.image(Buffer.from(logo), flow.left, flow.y - 4, {
    fit: [Math.min(LOGO.width, width), LOGO.height],
  });
  return flow.y - 4 + LOGO.height;
}

function drawStamp(flow: Flow, { text, tone }: Stamp, y: number): number {
  const style = { size: TYPE.body, isStrong: true, colour: TONES[tone].ink };
  const width = flow.type.width(text, style) + 18;
  const height = 18;
  flow.doc.roundedRect(flow.right - width, y, width, height, 9).fill(TONES[tone].ground);
  const top = y + (height - lineHeight(style.size)) / 2;
  flow.type.line(text, { x: flow.right - width, y: top, width, align: 'middle' }, style);
  return y + height;
}

function drawParties(flow: Flow, { issuer, party, facts }: Sheet): void {
  const width = (flow.width - 2 * COLUMN_GAP) / 3;
  const top = flow.y;
  const bottoms = [
    { label: 'FROM', name: issuer.name, lines: issuer.lines },
    { ...party, label: party.label.toUpperCase() },
  ].map(({ label, name, lines }, index) => {
    const place = { x: flow.left + index * (width + COLUMN_GAP), width };
    let y = flow.type.line(label, { ...place, y: top }, LABEL) + 2;
    y = flow.type.block(name, { ...place, y }, NAME);
    for (const line of lines) y = flow.type.block(line, { ...place, y }, LINE);
    return y;
  });
  const x = flow.left + 2 * (width + COLUMN_GAP);
  flow.y = Math.max(...bottoms, drawFacts(flow, facts, { x, y: top, width })) + PAGE.gap;
}

function drawFacts(
  flow: Flow,
  facts: readonly Fact[],
  at: { readonly x: number; readonly y: number; readonly width: number },
): number {
  let { y } = at;
  for (const { label, value } of facts) {
    const labelWidth = flow.type.width(label, LINE);
    flow.type.line(label, { x: at.x, y }, LINE);
    const room = at.width - labelWidth - 8;
    const place = { x: at.x + labelWidth + 8, y, width: room, align: 'end' } as const;
    y = flow.type.block(value, place, { size: LINE.size, isStrong: true }) + 3;
  }
  return y;
}

function drawHeadline(flow: Flow, { label, value, note }: NonNullable<Sheet['headline']>): void {
  const height = 46;
  const { left, width, y } = flow;
  flow.doc.roundedRect(left, y, width, height, 6).fill(COLOUR.accentSoft);
  flow.type.line(label, { x: left + 14, y: y + 8 }, { size: 10.5, isStrong: true, colour: COLOUR.accent });
  flow.type.line(note, { x: left + 14, y: y + 24 }, { size: TYPE.body - 0.5, colour: COLOUR.soft });
  const style = { size: TYPE.headline, isStrong: true, colour: COLOUR.accent };
  const top = y + (height - lineHeight(style.size)) / 2;
  flow.type.line(value, { x: left, y: top, width: width - 14, align: 'end' }, style);
  flow.y += height + PAGE.gap;
}
