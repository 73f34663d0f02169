import type { Queryable, Transaction } from '../../db/database.ts';

/** The picture at the head of documents. */
export interface Logo {
  readonly mediaType: string;
  readonly image: Buffer;
}

/** The logo, if there is one. */
export async function findLogo(q: Queryable): Promise<Logo | undefined> {
  const [row] = await q.query<{ media_type: string; image: Buffer }>(
    'select media_type, image from company_logo',
  );
  return row && { mediaType: row.media_type, image: row.image };
}

/** Puts a logo in the place of the one before. */
export async function writeLogo(tx: Transaction, logo: Logo & { readonly changedBy: string }): Promise<void> {
  await tx.query(
    `insert into company_logo (media_type, image, changed_by) values ($1::text, decode($2::text, 'hex'), $3::text)
     on conflict (is_only) do update
       set media_type = excluded.media_type, image = excluded.image, changed_by = excluded.changed_by, changed_at = now()`,
    [logo.mediaType, logo.image.toString('hex'), logo.changedBy],
  );
}

/** Takes the logo away; answers whether there was one. */
export async function deleteLogo(tx: Transaction): Promise<boolean> {
  return (await tx.query('delete from company_logo returning is_only')).length > 0;
}
