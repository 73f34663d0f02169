import { eq } from 'drizzle-orm';
import type { Queryable } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { installation } from '../../db/schema/platform.ts';
import { AppError } from '../../kernel/errors.ts';
import type { SecretBox } from './secret-box.ts';

const fingerprintName = 'app_key_fingerprint';

/**
 * Binds the database to its APP_KEY at the first call and from then on throws `app_key_mismatch` for any
 * other key, before something is sealed or opened with it.
 */
export async function checkAppKey(db: Queryable, box: SecretBox): Promise<void> {
  await orm(db)
    .insert(installation)
    .values({ name: fingerprintName, value: box.fingerprint })
    .onConflictDoNothing();
  const [row] = await orm(db)
    .select({ value: installation.value })
    .from(installation)
    .where(eq(installation.name, fingerprintName));
  if (row?.value.equals(box.fingerprint)) return;
  throw new AppError(
    'unavailable',
    'app_key_mismatch',
    'APP_KEY is not the key this database was sealed with: set the APP_KEY, or put back the app.key, it was made with.',
  );
}
