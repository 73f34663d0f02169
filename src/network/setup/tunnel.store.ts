import type { Queryable, Transaction } from '../../db/database.ts';

/** The server's end, secret sealed. */
export interface TunnelServerRow {
  readonly publicKey: string;
  readonly privateKeyEnc: Buffer;
}

/** A router's end. */
export interface TunnelRow {
  readonly nasId: string;
  readonly nasName: string;
  readonly address: string;
  readonly publicKey: string;
  readonly presharedKeyEnc: Buffer;
}

/** Keeps the server's end unless there is one, and locks it: who holds it chooses addresses alone. */
export async function lockTunnelServer(tx: Transaction, made: TunnelServerRow): Promise<TunnelServerRow> {
  await tx.query(
    'insert into tunnel_server (public_key, private_key_enc) values ($1::text, $2::bytea) on conflict do nothing',
    [made.publicKey, made.privateKeyEnc],
  );
  const [row] = await tx.query<ServerRow>('select public_key, private_key_enc from tunnel_server for update');
  return row === undefined ? made : toServer(row);
}

/** The server's end; undefined before the first tunnel. */
export async function readTunnelServer(q: Queryable): Promise<TunnelServerRow | undefined> {
  const [row] = await q.query<ServerRow>('select public_key, private_key_enc from tunnel_server');
  return row && toServer(row);
}

/** All tunnels by the name of their router, or the one of a router. */
export async function listTunnels(q: Queryable, nasId?: string): Promise<TunnelRow[]> {
  const rows = await q.query<{
    nas_id: string;
    name: string;
    address: string;
    public_key: string;
    preshared_key_enc: Buffer;
  }>(
    `select t.nas_id, n.name, host(t.address) as address, t.public_key, t.preshared_key_enc
     from router_tunnels t join nas n on n.id = t.nas_id
     where $1::bigint is null or t.nas_id = $1::bigint order by n.name`,
    [nasId ?? null],
  );
  return rows.map((row) => ({
    nasId: String(row.nas_id),
    nasName: row.name,
    address: row.address,
    publicKey: row.public_key,
    presharedKeyEnc: row.preshared_key_enc,
  }));
}

/** Keeps a new tunnel. */
export async function insertTunnel(tx: Transaction, row: Omit<TunnelRow, 'nasName'>): Promise<void> {
  await tx.query(
    `insert into router_tunnels (nas_id, address, public_key, preshared_key_enc)
     values ($1::bigint, $2::inet, $3::text, $4::bytea)`,
    [row.nasId, row.address, row.publicKey, row.presharedKeyEnc],
  );
}

/** Forgets the tunnel of a router; false when it had none. */
export async function deleteTunnel(tx: Transaction, nasId: string): Promise<boolean> {
  const rows = await tx.query('delete from router_tunnels where nas_id = $1::bigint returning 1', [nasId]);
  return rows.length > 0;
}

interface ServerRow {
  public_key: string;
  private_key_enc: Buffer;
}

function toServer(row: ServerRow): TunnelServerRow {
  return { publicKey: row.public_key, privateKeyEnc: row.private_key_enc };
}
