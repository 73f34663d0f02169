import { describe, expect, it } from 'vitest';
import { render } from '../../../../src/platform/printing/layout/render.ts';
import type { CardSheet, Sheet } from '../../../../src/platform/printing/sheet.ts';
import { pagesOf, productFonts } from '../../../support/pdf-text.ts';

const fonts = productFonts();

function sheet(more: Partial<Sheet> = {}): Sheet {
  return {
    kind: 'sheet',
    title: 'Invoice',
    number: 'INV-000007',
    madeAtMs: Date.UTC(2026, 3, 1),
    paper: 'a4',
    issuer: { name: 'Savanna Net', lines: ['Nairobi'], foot: ['Savanna Net', '+254 700 123 456'] },
    party: { label: 'Bill to', name: 'Ольга Łódź', lines: ['₴ ₽ ₺ ₹ ₦ € £'] },
    facts: [{ label: 'Due', value: '15 Apr 2026' }],
    headline: { label: 'Amount due', value: 'KES 34.80', note: 'Please pay by 15 Apr 2026' },
    tables: [lines(2)],
    sums: [
      { label: 'Subtotal', value: '30.00' },
      { label: 'Balance', value: 'KES 34.80' },
    ],
    notes: ['Prices contain VAT.'],
    payment: { title: 'How to pay', lines: ['Pay bill 123456'], link: 'https://pay.example/INV-000007' },
    ...more,
  };
}

function lines(count: number): Sheet['tables'][number] {
  return {
    columns: [
      { title: 'DESCRIPTION', align: 'start', isFitted: false },
      { title: 'AMOUNT', align: 'end', isFitted: true },
    ],
    rows: Array.from({ length: count }, (_, index) => [
      { text: `Line ${index + 1}`, note: 'April' },
      `${index}.00`,
    ]),
  };
}

describe('a sheet', () => {
  it('says everything it was given', async () => {
    const [page = ''] = await pagesOf(await render(sheet(), fonts));
    for (const words of [
      'Invoice\n',
      'INV-000007',
      'Savanna Net',
      'Ольга Łódź',
      '₴ ₽ ₺ ₹ ₦ € £',
      '15 Apr 2026',
      'KES 34.80',
      'Line 1',
      'Subtotal 30.00',
      'Prices contain VAT.',
      'Pay bill 123456',
      'Page 1 of 1',
    ])
      expect(page).toContain(words);
  });

  it('is the same octets each time, and others when a word differs', async () => {
    const once = await render(sheet(), fonts);
    expect(Buffer.from(await render(sheet(), fonts)).equals(once)).toBe(true);
    expect(Buffer.from(await render(sheet({ number: 'INV-000008' }), fonts)).equals(once)).toBe(false);
  });

  it('repeats the head of its table and numbers its pages, however many lines there are', async () => {
    const pages = await pagesOf(await render(sheet({ tables: [lines(80)] }), fonts));
    expect(pages.length).toBeGreaterThan(2);
    for (const [index, page] of pages.slice(0, 3).entries()) {
      expect(page).toContain('DESCRIPTION');
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
    }
    const all = pages.join('\n');
    for (let line = 1; line <= 80; line++) expect(all).toContain(`Line ${line}`);
    expect(pages.at(-1)).toContain('KES 34.80');
  });

  it('survives words of any length, none at all, and scripts without a font', async () => {
    const endless = 'W'.repeat(5_000);
    const odd = sheet({
      title: endless.slice(0, 200),
      party: { label: '', name: endless, lines: ['', '日本語 हिन्दी 😀', 'سلام'] },
      facts: [{ label: 'Period', value: endless.slice(0, 300) }],
      tables: [{ columns: lines(1).columns, rows: [[endless, '1.00']] }],
      notes: [endless],
      payment: { title: '', lines: [] },
    });
    expect((await pagesOf(await render(odd, fonts))).length).toBeGreaterThan(1);
  });

  it('has a stamp when it is void', async () => {
    const stamp = { text: 'VOID', tone: 'bad', isAcross: true } as const;
    const [page = ''] = await pagesOf(await render(sheet({ stamp }), fonts));
    expect(page.split('VOID')).toHaveLength(3);
  });
});

describe('a sheet of cards', () => {
  it('has every code, 24 on a page', async () => {
    const cards: CardSheet['cards'] = Array.from({ length: 25 }, (_, index) => ({
      worth: 'KES 500.00',
      code: `CODE-${100 + index}`,
      note: 'Use once',
      link: `https://hotspot.example/?code=CODE-${100 + index}`,
    }));
    const job: CardSheet = {
      kind: 'cards',
      title: 'April',
      madeAtMs: 0,
      paper: 'letter',
      issuerName: 'Savanna Net',
      cards,
    };
    const pages = await pagesOf(await render(job, fonts));
    expect(pages).toHaveLength(2);
    for (const { code } of cards.slice(0, 24)) expect(pages[0]).toContain(code);
    expect(pages[1]).toContain('CODE-124');
  });
});
