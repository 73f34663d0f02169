import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { extractText, getDocumentProxy } from 'unpdf';
import type { Fonts } from '../../src/platform/printing/layout/typesetter.ts';

/** The words of each page, read by a PDF reader that has nothing of ours. */
export async function pagesOf(pdf: Uint8Array): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(Uint8Array.from(pdf)), { mergePages: false });
  return text;
}

/** The fonts the product prints with. */
export function productFonts(): Fonts {
  const directory = join(import.meta.dirname, '../../src/platform/printing/fonts');
  const font = (name: string): Uint8Array => readFileSync(join(directory, `${name}.ttf`));
  return {
    latin: { regular: font('Inter-Regular'), strong: font('Inter-SemiBold') },
    arabic: { regular: font('NotoSansArabic-Regular'), strong: font('NotoSansArabic-SemiBold') },
  };
}
