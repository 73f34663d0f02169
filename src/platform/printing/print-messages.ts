import type { PrintJob } from './sheet.ts';

/** What the worker thread is told. */
export interface PrintOrder {
  readonly id: number;
  readonly job: PrintJob;
}

/** What it answers. */
export type PrintAnswer =
  | { readonly id: number; readonly pdf: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly failure: string };
