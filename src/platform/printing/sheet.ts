/** What a document says, in words already chosen and formatted; how it looks is the printer's matter. */
export interface Sheet {
  readonly kind: 'sheet';
  /** `Invoice`. */
  readonly title: string;
  /** `INV-000001`, or whatever names this one document. */
  readonly number: string;
  /** Milliseconds since the epoch; the same sheet with the same stamp gives the same octets. */
  readonly madeAtMs: number;
  readonly paper: Paper;
  readonly issuer: Issuer;
  readonly party: Party;
  readonly facts: readonly Fact[];
  readonly stamp?: Stamp | undefined;
  readonly headline?: Headline | undefined;
  readonly tables: readonly SheetTable[];
  /** Under the first table: the last of the sums is the one that matters. */
  readonly sums: readonly Fact[];
  /** Beside the sums. */
  readonly sideTable?: SheetTable | undefined;
  readonly notes: readonly string[];
  readonly payment?: PaymentBox | undefined;
}

export const PAPERS = ['a4', 'letter'] as const;
export type Paper = (typeof PAPERS)[number];

/** Who sends the document. */
export interface Issuer {
  readonly name: string;
  readonly lines: readonly string[];
  /** A PNG or JPEG. */
  readonly logo?: Uint8Array | undefined;
  /** At the foot of every page: two lines at most. */
  readonly foot: readonly string[];
}

/** Who gets it. */
export interface Party {
  readonly label: string;
  readonly name: string;
  readonly lines: readonly string[];
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** The figure a reader looks for first. */
export interface Headline extends Fact {
  readonly note: string;
}

/** The state of a document at a glance; with `isAcross` it is written over the page too. */
export interface Stamp {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'calm';
  readonly isAcross?: boolean;
}

export interface SheetTable {
  readonly title?: string | undefined;
  /** Many short rows. */
  readonly isDense?: boolean;
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Columns with `isFitted` are as wide as what stands in them, the others share what is left. */
export interface SheetColumn {
  readonly title: string;
  readonly align: 'start' | 'end';
  readonly isFitted: boolean;
}

/** A text, with a smaller one under it. */
export type Cell = string | { readonly text: string; readonly note: string };

/** How a document is paid; `link` is printed as a QR code. */
export interface PaymentBox {
  readonly title: string;
  readonly lines: readonly string[];
  readonly link?: string | undefined;
}

/** Cards on sheets to be cut, as vouchers are. */
export interface CardSheet {
  readonly kind: 'cards';
  readonly title: string;
  readonly madeAtMs: number;
  readonly paper: Paper;
  readonly issuerName: string;
  readonly cards: readonly Card[];
}

/** One card. */
export interface Card {
  /** What it is worth. */
  readonly worth: string;
  readonly code: string;
  readonly note: string;
  /** Printed as a QR code. */
  readonly link?: string | undefined;
}

/** What a printer can be asked for. */
export type PrintJob = Sheet | CardSheet;
