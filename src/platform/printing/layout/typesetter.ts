import { COLOUR, lineHeight } from './style.ts';
import { type Run, type Script, visualRuns } from './visual-runs.ts';
import { wrap } from './wrap.ts';

/** The fonts of one document, each a TrueType file. */
export interface Fonts {
  readonly latin: Weights;
  readonly arabic: Weights;
}

interface Weights {
  readonly regular: Uint8Array;
  readonly strong: Uint8Array;
}

export interface TextStyle {
  readonly size: number;
  readonly isStrong?: boolean;
  readonly colour?: string;
}

/** Where a line stands: the top of its box, and how it is laid into a width. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width?: number;
  readonly align?: 'start' | 'end' | 'middle';
}

/** Figures of one width where a text is an amount, so that columns stand straight. */
function featuresOf(text: string): PDFKit.Mixins.OpenTypeFeatures[] {
  return /^[−\d.,'’\s]+$/.test(text) ? ['kern', 'tnum'] : ['kern'];
}

/** Height of capitals, for a line whose capitals stand in the middle of its box. */
const CAP_HEIGHT = 0.727;

/** Sets lines of text in any script there is a font for, in the order they are read. */
export class Typesetter {
  readonly #doc: PDFKit.PDFDocument;
  readonly #widths = new Map<string, number>();

  constructor(doc: PDFKit.PDFDocument, fonts: Fonts) {
    this.#doc = doc;
    for (const script of ['latin', 'arabic'] as const) {
      doc.registerFont(nameOf(script, false), Buffer.from(fonts[script].regular));
      doc.registerFont(nameOf(script, true), Buffer.from(fonts[script].strong));
    }
  }

  /** The width of one line. */
  width(line: string, style: TextStyle): number {
    const key = `${style.size}${style.isStrong === true ? '!' : ' '}${line}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    const width = visualRuns(line).reduce((sum, run) => sum + this.#runWidth(run, style), 0);
    this.#widths.set(key, width);
    return width;
  }

  /** A text in lines no wider than `width`. */
  lines(text: string, style: TextStyle, width: number): string[] {
    return wrap(text, width, (line) => this.width(line, style));
  }

  /** Draws one line; answers the y below it. */
  line(line: string, place: Place, style: TextStyle): number {
    const { x, y, width = 0, align = 'start' } = place;
    const slack = align === 'start' ? 0 : width - this.width(line, style);
    let at = x + (align === 'middle' ? slack / 2 : slack);
    const baseline = y + lineHeight(style.size) / 2 + (CAP_HEIGHT * style.size) / 2;
    for (const run of visualRuns(line)) {
      const advance = this.#runWidth(run, style);
      this.#doc.fillColor(style.colour ?? COLOUR.ink).text(run.text, at, baseline, {
        lineBreak: false,
        baseline: 'alphabetic',
        features: featuresOf(run.text),
      });
      at += advance;
    }
    return y + lineHeight(style.size);
  }

  /** Draws a text over as many lines as it needs; answers the y below them. */
  block(text: string, place: Place & { readonly width: number }, style: TextStyle): number {
    let { y } = place;
    for (const line of this.lines(text, style, place.width)) y = this.line(line, { ...place, y }, style);
    return y;
  }

  #runWidth(run: Run, { size, isStrong = false }: TextStyle): number {
    this.#doc.font(nameOf(run.script, isStrong)).fontSize(size);
    return this.#doc.widthOfString(run.text, { features: featuresOf(run.text) });
  }
}

function nameOf(script: Script, isStrong: boolean): string {
  return `${script}-${isStrong ? 'strong' : 'regular'}`;
}
