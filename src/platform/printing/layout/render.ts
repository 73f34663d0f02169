import PDFDocument from 'pdfkit';
import type { PrintJob } from '../sheet.ts';
import { drawCards } from './cards-layout.ts';
import { drawSheet } from './sheet-layout.ts';
import { type Fonts, Typesetter } from './typesetter.ts';

const SIZES = { a4: 'A4', letter: 'LETTER' } as const;

/** A job as PDF; the same job gives the same octets. */
export async function render(job: PrintJob, fonts: Fonts): Promise<Uint8Array<ArrayBuffer>> {
  const title = job.kind === 'sheet' ? `${job.title} ${job.number}` : job.title;
  const author = job.kind === 'sheet' ? job.issuer.name : job.issuerName;
  const doc = new PDFDocument({
    size: SIZES[job.paper],
    margin: 0,
    // No standard font: they know no script but the Latin one.
    font: '',
    bufferPages: true,
    displayTitle: true,
    lang: 'en',
    info: { Title: title, Author: author, CreationDate: new Date(job.madeAtMs) },
  });
  const chunks: Uint8Array[] = [];
  const done = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  const type = new Typesetter(doc, fonts);
  if (job.kind === 'sheet') drawSheet(doc, type, job);
  else drawCards(doc, type, job);
  doc.end();
  await done;
  return Uint8Array.from(Buffer.concat(chunks));
}
