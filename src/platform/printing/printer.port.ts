import type { PrintJob } from './sheet.ts';

/** Makes pages of words, away from the event loop that asks. */
export interface Printer {
  /**
   * The document as PDF. Throws `printer_busy` (503) when too many wait, `printing_failed` (503) when it took too long
   * or what it was given could not be drawn.
   */
  print(job: PrintJob): Promise<Uint8Array<ArrayBuffer>>;
}
