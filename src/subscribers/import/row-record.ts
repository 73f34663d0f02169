/** What an import makes. */
export type ItemKind = 'service' | 'customer' | 'package' | 'nas' | 'session';
export type RowAction = 'create' | 'exists' | 'differs' | 'left';

/** What becomes of one row of a source. */
export interface RowRecord {
  readonly line: number;
  readonly kind: ItemKind;
  readonly name: string;
  readonly action: RowAction;
  /** Why it is left, how it differs from what is there, or what of it is not taken over. */
  readonly detail?: string | undefined;
}
