import { afterEach, describe, expect, it } from 'vitest';
import {
  type OpenPrinter,
  openPrinter,
  type PrinterLimits,
} from '../../../../src/platform/printing/printer.adapter.ts';
import type { Sheet } from '../../../../src/platform/printing/sheet.ts';
import { silentLogger } from '../../../support/silent-logger.ts';

let printer: OpenPrinter;

const open = (limits?: PrinterLimits): void => {
  printer = openPrinter(silentLogger, limits);
};
afterEach(() => printer.close());

function sheet(rows: number, logo?: Uint8Array): Sheet {
  return {
    kind: 'sheet',
    title: 'Test',
    number: '1',
    madeAtMs: 0,
    paper: 'a4',
    issuer: { name: '', lines: [], foot: [], logo },
    party: { label: '', name: '', lines: [] },
    facts: [],
    tables: [
      {
        columns: [{ title: 'A', align: 'start', isFitted: false }],
        rows: Array.from({ length: rows }, (_, index) => [`row ${index}`]),
      },
    ],
    sums: [],
    notes: [],
  };
}

const isPdf = (pdf: Uint8Array): boolean => Buffer.from(pdf.subarray(0, 5)).toString() === '%PDF-';

describe('a printer', () => {
  it('prints on another thread, each asker its own document', async () => {
    open();
    const [short, long] = await Promise.all([printer.print(sheet(1)), printer.print(sheet(200))]);
    expect(isPdf(short)).toBe(true);
    expect(long.length).toBeGreaterThan(short.length);
  });

  it('refuses what it cannot draw, and goes on', async () => {
    open();
    const broken = Buffer.from('89504e470d0a1a0a0000000000', 'hex');
    await expect(printer.print(sheet(1, broken))).rejects.toMatchObject({ code: 'printing_failed' });
    expect(isPdf(await printer.print(sheet(1)))).toBe(true);
  });

  it('lets so many wait and sends the next one away', async () => {
    open({ waitingMax: 1 });
    const first = printer.print(sheet(1));
    const second = printer.print(sheet(1));
    await expect(printer.print(sheet(1))).rejects.toMatchObject({ code: 'printer_busy', retryAfterS: 2 });
    expect((await Promise.all([first, second])).every(isPdf)).toBe(true);
  });

  it('ends a thread that is too slow, and serves the next with a new one', async () => {
    open({ deadlineMs: 1 });
    await expect(printer.print(sheet(5))).rejects.toMatchObject({ code: 'printing_failed' });
    await expect(printer.print(sheet(5))).rejects.toMatchObject({ code: 'printing_failed' });
  });

  it('tells who waits that it stops', async () => {
    open();
    const waiting = expect(printer.print(sheet(1))).rejects.toMatchObject({ code: 'printing_failed' });
    await printer.close();
    await waiting;
    await expect(printer.print(sheet(1))).rejects.toMatchObject({ code: 'printer_busy' });
  });
});
