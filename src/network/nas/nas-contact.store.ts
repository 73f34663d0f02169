import type { Queryable } from '../../db/database.ts';

/** When this host last heard a NAS; null where it did not. */
export interface NasContact {
  readonly nasId: string;
  readonly authAtMs: number | null;
  readonly acctAtMs: number | null;
  readonly address: string;
}

/** Records which NAS this host has heard, and when: it is this host that sends CoA to them. */
export async function recordContacts(
  q: Queryable,
  host: string,
  contacts: readonly NasContact[],
): Promise<void> {
  await q.query(
    `insert into nas_contacts (nas_id, host, last_auth_at, last_acct_at, last_address)
     select c.nas_id, $1, to_timestamp(c.auth_s), to_timestamp(c.acct_s), c.address
     from unnest($2::bigint[], $3::float8[], $4::float8[], $5::inet[]) as c(nas_id, auth_s, acct_s, address)
     join nas on nas.id = c.nas_id
     on conflict (nas_id, host) do update set
       last_auth_at = greatest(nas_contacts.last_auth_at, excluded.last_auth_at),
       last_acct_at = greatest(nas_contacts.last_acct_at, excluded.last_acct_at),
       last_address = excluded.last_address`,
    [
      host,
      contacts.map((contact) => contact.nasId),
      contacts.map((contact) => seconds(contact.authAtMs)),
      contacts.map((contact) => seconds(contact.acctAtMs)),
      contacts.map((contact) => contact.address),
    ],
  );
}

/** Keeps for good that a NAS signs all its requests (`require_message_authenticator = auto`). */
export async function keepSignatureLearnt(q: Queryable, nasId: string): Promise<void> {
  await q.query(`update nas set message_authenticator_learnt_at = now() where id = $1::bigint`, [nasId]);
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
