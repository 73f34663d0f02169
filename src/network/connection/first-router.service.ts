import { randomSecret } from '../../kernel/ids.ts';
import { SYSTEM_ACTOR } from '../../platform/identity/actor.ts';
import { addNas } from '../nas/nas.service.ts';
import { listNas } from '../nas/nas.store.ts';
import { type ConnectionDeps, setConnection } from './mikrotik-connection.service.ts';

/** The first router as the environment names it. */
export interface FirstRouter {
  readonly host: string;
  /** The IP address of `host`: RADIUS packets come from it. */
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

const secretLength = 24;

/**
 * Makes the router of MIKROTIK_API_HOST when there is none at all; a later start changes nothing, whatever the
 * environment says. Its RADIUS secret is random: `nas rotate` shows a new one to put on the router. Returns its id
 * when it was made.
 */
export async function addFirstRouter(deps: ConnectionDeps, first: FirstRouter): Promise<string | undefined> {
  if ((await listNas(deps.db)).length > 0) return undefined;
  const { host, address, port, username, password } = first;
  const { id } = await addNas(deps, { name: host, address, secret: randomSecret(secretLength) });
  await setConnection(deps, { nasId: id, input: { host, port, username, password }, actor: SYSTEM_ACTOR });
  return id;
}
