import { z } from '@hono/zod-openapi';

/** A PDF in the description of an answer. */
export function pdfResponse(description: string) {
  return {
    description,
    content: { 'application/pdf': { schema: z.string().openapi({ format: 'binary' }) } },
  } as const;
}

/** A document as a browser shows it and saves it; nothing of its name can end the header. */
export function answerPdf({ name, pdf }: { readonly name: string; readonly pdf: Uint8Array<ArrayBuffer> }) {
  return new Response(pdf, {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `inline; filename="${name.replace(/[^A-Za-z0-9._-]/g, '_')}.pdf"`,
    },
  });
}
