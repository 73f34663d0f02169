import { create } from 'qrcode';

/** Draws a QR code as one black shape; it holds 15 % of damage. */
export function drawQr(
  doc: PDFKit.PDFDocument,
  text: string,
  at: { readonly x: number; readonly y: number; readonly side: number },
): void {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const step = at.side / modules.size;
  for (let row = 0; row < modules.size; row++) {
    // Dark squares side by side are one rectangle: fewer octets, and no hairlines between them.
    for (let column = 0; column < modules.size; ) {
      let end = column;
      while (end < modules.size && modules.get(row, end)) end += 1;
      if (end > column) doc.rect(at.x + column * step, at.y + row * step, (end - column) * step, step);
      column = Math.max(end, column + 1);
    }
  }
  doc.fill('#000000');
}
