import type { ItemKind } from '../../subscribers/import/row-record.ts';

/** Something an import made that is still there. */
export interface UndoItem {
  readonly kind: ItemKind;
  readonly id: string;
  readonly name: string;
  /** Why it is kept; undefined: it is removed. */
  readonly kept: string | undefined;
}

/** What undoing an import does, or would do. */
export interface UndoResult {
  readonly removed: Readonly<Record<ItemKind, number>>;
  readonly keptCount: number;
  /** The first thousand. */
  readonly kept: readonly UndoItem[];
}

/** In the order in which they are removed: what refers to another comes before it. */
export const UNDO_ORDER = ['service', 'customer', 'package', 'nas'] as const;
export type UndoKind = (typeof UNDO_ORDER)[number];

/** What somebody reads in place of the name of a table that refers to an item. */
const WORDS: Readonly<Record<string, string>> = {
  sessions: 'It has sessions.',
  isp_usage_logs: 'It has usage.',
  usage_events: 'It has usage.',
  isp_services: 'A service is on it.',
  isp_service_segments: 'A service is or was on it.',
  isp_billing_cycles: 'It has been billed.',
  isp_service_changes: 'Its package was changed.',
  isp_billing_items: 'It has items to be billed.',
  invoices: 'It has invoices.',
  credit_notes: 'It has credit notes.',
  payments: 'It has payments.',
  router_provisions: 'A service is kept on the router itself.',
  enforcements: 'Its sessions were changed from here.',
  mikrotik_connections: 'Its API has been set up.',
  users: 'Somebody signs in as it.',
};

/** Why an item is kept to which rows of these tables refer; `isChanged`: somebody edited it. */
export function keptReason(tables: readonly string[], isChanged: boolean): string | undefined {
  const reasons = new Set(tables.map((table) => WORDS[table] ?? `Rows of ${table} refer to it.`));
  if (isChanged) reasons.add('It was changed after the import.');
  return reasons.size === 0 ? undefined : [...reasons].join(' ');
}
