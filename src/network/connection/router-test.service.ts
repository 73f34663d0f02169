import type { Clock } from '../../kernel/clock.ts';
import { notFound } from '../../kernel/errors.ts';
import { parseAddress } from '../../kernel/ip.ts';
import { listNasClients, type NasClient } from '../nas/nas.store.ts';
import type { RouterAccess, RouterPort } from '../router.port.ts';
import type { ExpectedRouter } from '../routeros/connection-check.ts';
import { type ConnectionDeps, toAccess } from './mikrotik-connection.service.ts';
import { connectionOfNas, listConnections } from './mikrotik-connection.store.ts';
import { type ConnectionInput, checkConnection, notConfigured } from './mikrotik-connection.ts';
import { type ConnectionReport, testConnection } from './test-connection.service.ts';

/** Where this server is reached by routers. */
export interface ServerAddress {
  readonly radiusAddress: string;
  readonly radiusAuthPort: number;
  readonly radiusAcctPort: number;
}

/** What a test works with. */
export interface RouterTestDeps extends ConnectionDeps {
  readonly router: RouterPort;
  readonly server: ServerAddress;
  /** The machine's clock. */
  readonly machineClock: Clock;
}

/**
 * Tests the API of a NAS with what is stored, or with what is given instead of it, so that credentials can be tried
 * before they are kept. Without `nasId` the given values stand alone, and without them the first router is meant.
 * Throws `nas_not_found`, `routeros_not_configured` or `validation_failed`; the rest is in the report.
 */
export async function testRouter(
  deps: RouterTestDeps,
  input: { readonly nasId?: string | undefined; readonly connection: ConnectionInput },
): Promise<ConnectionReport> {
  const { access, nas } = await target(deps, input);
  return testConnection({ router: deps.router, clock: deps.machineClock }, access, expected(deps, nas));
}

async function target(
  deps: RouterTestDeps,
  { nasId, connection }: { nasId?: string | undefined; connection: ConnectionInput },
): Promise<{ access: RouterAccess; nas: NasClient | undefined }> {
  const clients = await listNasClients(deps.db);
  const isGiven = connection.host !== undefined;
  const id = nasId ?? (isGiven ? undefined : (await listConnections(deps.db))[0]?.nasId);
  const nas = clients.find((one) => one.id === id);
  if (nasId !== undefined && nas === undefined) {
    throw notFound('nas_not_found', `There is no router with the id ${nasId}.`);
  }
  const stored = nas === undefined ? undefined : await connectionOfNas(deps.db, nas.id);
  const known = stored === undefined ? undefined : toAccess(deps.box, stored);
  // A NAS that stands at one address needs no host, but somebody must log in.
  if (known === undefined && connection.username === undefined) {
    throw notConfigured(nas?.name ?? connection.host ?? 'this installation');
  }
  const isElsewhere = isGiven && connection.host !== known?.host;
  const checked = checkConnection({
    host: connection.host ?? known?.host ?? hostOf(nas),
    port: connection.port ?? (connection.tls === undefined ? known?.port : undefined),
    username: connection.username ?? known?.username,
    password: connection.password ?? known?.password,
    tls: connection.tls ?? (connection.port === undefined ? known?.isTls : undefined),
    fingerprint: connection.fingerprint ?? (isElsewhere ? undefined : known?.fingerprint),
  });
  return {
    nas,
    access: {
      // Under the id of the stored connection its certificate is learnt, so only what is stored may have it.
      routerId: known === undefined || isElsewhere ? UNSTORED : known.routerId,
      host: checked.host,
      port: checked.port,
      username: checked.username,
      password: checked.password,
      isTls: checked.tls,
      fingerprint: checked.fingerprint ?? undefined,
    },
  };
}

/** The id of a connection that is tried and not kept. */
export const UNSTORED = '0';

function hostOf(nas: NasClient | undefined): string | undefined {
  return nas !== undefined && parseAddress(nas.address) !== undefined ? nas.address : undefined;
}

function expected({ box, server }: RouterTestDeps, nas: NasClient | undefined): ExpectedRouter {
  return {
    serverAddresses: [server.radiusAddress],
    authPort: server.radiusAuthPort,
    acctPort: server.radiusAcctPort,
    coaPort: nas?.coaPort ?? 3799,
    secret: nas === undefined ? undefined : box.open(nas.secretEnc).toString('utf8'),
  };
}
