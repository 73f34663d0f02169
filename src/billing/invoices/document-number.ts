/** Series of documents; their numbers have no gaps (billing-rules I3). */
export type Series = 'INV' | 'CN';

/** A number as it stands on a document: `INV-000001`. */
export function formatNumber(series: string, value: bigint): string {
  return `${series}-${value.toString().padStart(6, '0')}`;
}
