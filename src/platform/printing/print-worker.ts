import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../kernel/errors.ts';
import { productFile } from '../../kernel/product-files.ts';
import { render } from './layout/render.ts';
import type { Fonts } from './layout/typesetter.ts';
import type { PrintAnswer, PrintOrder } from './print-messages.ts';

const font = (name: string): Uint8Array => readFileSync(productFile(`platform/printing/fonts/${name}.ttf`));

const fonts: Fonts = {
  latin: { regular: font('Inter-Regular'), strong: font('Inter-SemiBold') },
  arabic: { regular: font('NotoSansArabic-Regular'), strong: font('NotoSansArabic-SemiBold') },
};

parentPort?.on('message', async ({ id, job }: PrintOrder) => {
  try {
    const pdf = await render(job, fonts);
    parentPort?.postMessage({ id, pdf } satisfies PrintAnswer, [pdf.buffer]);
  } catch (error) {
    parentPort?.postMessage({ id, failure: messageOf(error) } satisfies PrintAnswer);
  }
});
