import { type NasId, randomSecret } from '../../kernel/ids.ts';
import { setConnection } from '../../network/connection/mikrotik-connection.service.ts';
import { addNas, removeNas } from '../../network/nas/nas.service.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { FleetProcess } from '../fleet/fleet-process.ts';
import type { BenchDatabase } from './bench-database.ts';
import type { Site } from './site.ts';

const actor: Actor = { kind: 'system', name: 'bench' };
const SECRET_LENGTH = 24;
const API_USER = 'netflow-isp';
/** Addresses of one row of the fleet: 127.77.0.1 to 127.77.0.200, then 127.77.1.1. */
const ROW = 200;

/** Simulated routers that the product knows, with credentials for their API. */
export interface RouterSite {
  readonly fleet: FleetProcess;
  readonly nasIds: readonly NasId[];
  /** Switches the routers off and has the product forget them. */
  close(): Promise<void>;
}

/** Switches routers on, each at an address of loopback of its own, and adds them as an operator would. */
export async function openRouterSite(
  site: Site,
  database: BenchDatabase,
  options: { readonly routers: number; readonly pollIntervalS: number },
): Promise<RouterSite> {
  const fleet = new FleetProcess();
  const nasIds: NasId[] = [];
  const close = async (): Promise<void> => {
    for (const id of nasIds) await removeNas(database, { id, actor });
    fleet.stop();
  };
  try {
    const places = Array.from({ length: options.routers }, (_, index) => ({
      address: `127.77.${Math.floor(index / ROW)}.${(index % ROW) + 1}`,
      identity: `bench-${index + 1}`,
      secret: randomSecret(SECRET_LENGTH),
    }));
    const { authPort, acctPort } = site;
    const password = randomSecret(SECRET_LENGTH);
    const apiUser = { name: API_USER, password };
    const opened = await fleet.open({ routers: places, authPort, acctPort, apiUser });
    for (const [index, { address, identity, secret }] of places.entries()) {
      const { coaPort, apiPort } = opened[index];
      const { id } = await addNas(database, { name: identity, address, secret, coaPort, actor });
      nasIds.push(id);
      const { pollIntervalS } = options;
      const input = { port: apiPort, username: API_USER, password, tls: true, pollIntervalS };
      await setConnection(database, { nasId: id, actor, input });
    }
    return { fleet, nasIds, close };
  } catch (error) {
    await close();
    throw error;
  }
}
