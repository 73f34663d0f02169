import { notFound } from '../../kernel/errors.ts';
import type { NasId } from '../../kernel/ids.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import type { Settings } from '../../platform/settings/setting.ts';
import { connectionOfNas } from '../connection/mikrotik-connection.store.ts';
import type { NasDeps } from '../nas/nas.service.ts';
import { listNasReports } from '../nas/nas.store.ts';
import { readSeen, type SeenRouter } from './seen.store.ts';
import type { SetupInput } from './setup-input.ts';
import { setupScript } from './setup-script.ts';
import { readTunnel } from './tunnel.service.ts';
import type { RouterTunnel } from './tunnel.ts';

export type { SeenRouter };

/** Where routers reach this server without a tunnel. */
export interface SetupServer {
  readonly radiusAddress: string;
  readonly radiusAuthPort: number;
  readonly radiusAcctPort: number;
  readonly httpPort: number;
}

const API_USER_DEFAULT = 'netflow-isp';

/** The set-up of a router as a file, with `tunnel` when that was made just now. Throws `nas_not_found`. */
export async function readSetupScript(
  deps: NasDeps,
  order: {
    readonly nasId: NasId;
    readonly server: SetupServer;
    readonly secret?: string | undefined;
    readonly tunnel?: RouterTunnel | undefined;
  },
): Promise<{ readonly name: string; readonly script: string }> {
  const { nasId, server, secret } = order;
  const [nas] = await listNasReports(deps.db, { id: nasId, limit: 1 });
  if (nas === undefined) throw notFound('nas_not_found', `There is no router ${nasId}.`);
  const settings = await readSettings(deps.db);
  const connection = await connectionOfNas(deps.db, nasId);
  const tunnel = order.tunnel ?? (await readTunnel(deps, nasId));
  const input: SetupInput = {
    radiusAddress: tunnel?.serverAddress ?? server.radiusAddress,
    authPort: server.radiusAuthPort,
    acctPort: server.radiusAcctPort,
    coaPort: nas.coaPort,
    portalPort: server.httpPort,
    secret,
    interimIntervalS: nas.interimIntervalS ?? settings.radius_interim_interval_s,
    apiUser: connection?.username ?? API_USER_DEFAULT,
    walledList: walledListOf(settings),
    tunnel,
  };
  return { name: nas.name, script: setupScript(nas.name, input) };
}

/** What has been seen of a router so far, to watch while it is set up. Throws `nas_not_found`. */
export async function readSeenRouter(deps: NasDeps, nasId: NasId): Promise<SeenRouter> {
  const seen = await readSeen(deps.db, nasId);
  if (seen === undefined) throw notFound('nas_not_found', `There is no router ${nasId}.`);
  return seen;
}

function walledListOf(settings: Settings): string | undefined {
  const refusals = [settings.radius_on_suspended, settings.radius_on_expired, settings.radius_on_data_cap];
  const list = settings.radius_walled_address_list;
  return refusals.includes('walled') && list !== '' ? list : undefined;
}
