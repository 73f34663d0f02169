import { PAGE } from './style.ts';
import type { Typesetter } from './typesetter.ts';

/** The place the next thing is printed at, going down pages as they fill. */
export class Flow {
  readonly doc: PDFKit.PDFDocument;
  readonly type: Typesetter;
  y: number = PAGE.top;
  readonly #onNewPage: (flow: Flow) => void;

  /** `onNewPage` draws the head of every page but the first. */
  constructor(doc: PDFKit.PDFDocument, type: Typesetter, onNewPage: (flow: Flow) => void) {
    this.doc = doc;
    this.type = type;
    this.#onNewPage = onNewPage;
  }

  get left(): number {
    return PAGE.margin;
  }

  get width(): number {
    return this.doc.page.width - 2 * PAGE.margin;
  }

  get right(): number {
    return this.doc.page.width - PAGE.margin;
  }

  /** The end of what may be printed on a page. */
  get bottom(): number {
    return this.doc.page.height - PAGE.bottom;
  }

  /** Goes to a new page unless so much height is left; answers whether it did. */
  room(height: number): boolean {
    if (this.y + height <= this.bottom) return false;
    this.doc.addPage();
    this.y = PAGE.top;
    this.#onNewPage(this);
    return true;
  }

  skip(height: number): void {
    this.y += height;
  }
}
