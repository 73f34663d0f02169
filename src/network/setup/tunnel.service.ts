import { conflict, notFound } from '../../kernel/errors.ts';
import type { NasId } from '../../kernel/ids.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import { type NasDeps, requireNas } from '../nas/nas.service.ts';
import {
  deleteTunnel,
  insertTunnel,
  listTunnels,
  lockTunnelServer,
  readTunnelServer,
} from './tunnel.store.ts';
import {
  makePresharedKey,
  makeTunnelKeys,
  parseEndpoint,
  type RouterTunnel,
  serverConfig,
  tunnelNetwork,
} from './tunnel.ts';

/**
 * Makes the tunnel of a router behind NAT: its keys, its address, the server's keys with the first. The private key of the
 * router is in the result and nowhere else. Throws `nas_not_found`, `tunnel_exists`, `tunnel_network_full`, and
 * `validation_failed` when the setting `tunnel_endpoint` is missing.
 */
export async function makeTunnel(
  deps: NasDeps,
  order: { readonly nasId: NasId; readonly actor: Actor },
): Promise<RouterTunnel> {
  const keys = makeTunnelKeys();
  const presharedKey = makePresharedKey();
  return deps.db.transaction(async (tx) => {
    const nas = await requireNas(tx, { id: order.nasId });
    const settings = await readSettings(tx);
    const endpoint = parseEndpoint(settings.tunnel_endpoint);
    const network = tunnelNetwork(settings.tunnel_network);
    const own = makeTunnelKeys();
    const server = await lockTunnelServer(tx, {
      publicKey: own.publicKey,
      privateKeyEnc: deps.box.seal(own.privateKey),
    });
    const tunnels = await listTunnels(tx);
    if (tunnels.some(({ nasId }) => nasId === nas.id)) {
      throw conflict(
        'tunnel_exists',
        `'${nas.name}' has a tunnel: delete it to make it anew with other keys.`,
      );
    }
    const address = network.freeAddress(new Set(tunnels.map((tunnel) => tunnel.address)));
    if (address === undefined) {
      throw conflict(
        'tunnel_network_full',
        `All addresses of ${settings.tunnel_network} are in use: widen tunnel_network.`,
      );
    }
    const presharedKeyEnc = deps.box.seal(presharedKey);
    await insertTunnel(tx, { nasId: nas.id, address, publicKey: keys.publicKey, presharedKeyEnc });
    await recordAudit(tx, {
      actor: order.actor,
      action: 'nas.tunnel_made',
      entity: 'nas',
      entityId: nas.id,
      after: { tunnel_address: address, public_key: keys.publicKey },
    });
    return {
      address,
      serverAddress: network.serverAddress,
      prefixLength: network.prefixLength,
      serverPublicKey: server.publicKey,
      endpoint,
      keys: { privateKey: keys.privateKey, presharedKey },
    };
  });
}

/** Forgets the tunnel of a router. Throws `nas_not_found` or `tunnel_not_found`. */
export async function removeTunnel(
  deps: NasDeps,
  order: { readonly nasId: NasId; readonly actor: Actor },
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const nas = await requireNas(tx, { id: order.nasId });
    if (!(await deleteTunnel(tx, nas.id))) throw notFound('tunnel_not_found', `'${nas.name}' has no tunnel.`);
    await recordAudit(tx, {
      actor: order.actor,
      action: 'nas.tunnel_deleted',
      entity: 'nas',
      entityId: nas.id,
    });
  });
}

/** The tunnel of a router as far as it is known here; undefined when it has none. */
export async function readTunnel(deps: NasDeps, nasId: NasId): Promise<RouterTunnel | undefined> {
  const [tunnel] = await listTunnels(deps.db, nasId);
  const server = await readTunnelServer(deps.db);
  if (tunnel === undefined || server === undefined) return undefined;
  const settings = await readSettings(deps.db);
  const { serverAddress, prefixLength } = tunnelNetwork(settings.tunnel_network);
  const endpoint = parseEndpoint(settings.tunnel_endpoint);
  const { address } = tunnel;
  return {
    address,
    serverAddress,
    prefixLength,
    serverPublicKey: server.publicKey,
    endpoint,
    keys: undefined,
  };
}

/** The server's end for `wg-quick`, its private key included: for the command line on the server alone. */
export async function readServerConfig(deps: NasDeps): Promise<string> {
  const server = await readTunnelServer(deps.db);
  if (server === undefined) throw notFound('tunnel_not_found', 'No router has a tunnel yet: make one first.');
  const settings = await readSettings(deps.db);
  const { serverAddress, prefixLength } = tunnelNetwork(settings.tunnel_network);
  const open = (sealed: Buffer): string => deps.box.open(sealed).toString('utf8');
  const tunnels = await listTunnels(deps.db);
  return serverConfig({
    privateKey: open(server.privateKeyEnc),
    address: serverAddress,
    prefixLength,
    port: parseEndpoint(settings.tunnel_endpoint).port,
    peers: tunnels.map(({ nasName, presharedKeyEnc, ...peer }) => ({
      ...peer,
      name: nasName,
      presharedKey: open(presharedKeyEnc),
    })),
  });
}
