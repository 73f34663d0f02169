import type { Queryable } from '../../db/database.ts';

/** A service a secret may belong to. */
export interface SecretService {
  readonly id: string;
  readonly passwordEnc: Buffer;
  readonly isCancelled: boolean;
}

/** Services by user name. */
export async function servicesNamed(
  q: Queryable,
  usernames: readonly string[],
): Promise<Map<string, SecretService>> {
  const rows = await q.query<SecretService & { username: string }>(
    `select id, username, password_enc as "passwordEnc", status = 'cancelled' as "isCancelled"
     from isp_services where username = any($1::text[])`,
    [usernames],
  );
  return new Map(rows.map(({ username, ...service }) => [username, service]));
}
