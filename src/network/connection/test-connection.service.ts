import type { Clock } from '../../kernel/clock.ts';
import type { RouterAccess, RouterConnection, RouterPort, RouterRow, RouterStage } from '../router.port.ts';
import { isTrap, RouterError, withoutFix } from '../router-error.ts';
import {
  type CheckName,
  type CheckResult,
  checkAaa,
  checkClock,
  checkIncoming,
  checkPermissions,
  checkRadius,
  checkVersion,
  type ExpectedRouter,
} from '../routeros/connection-check.ts';
import { TLS_ON } from '../routeros/failures.ts';

/** What a test of a connection found, in the order of the checks; checks after one that stopped it are skipped. */
export interface ConnectionReport {
  /** No check failed; warnings may stand. */
  readonly isOk: boolean;
  readonly checks: readonly CheckResult[];
  readonly identity: string | undefined;
  readonly version: string | undefined;
  readonly boardName: string | undefined;
  readonly uptime: string | undefined;
  /** Of the certificate shown, with TLS. */
  readonly fingerprint: string | undefined;
  readonly tookMs: number;
}

const CHECKS: readonly CheckName[] = [
  ...(['resolve', 'tcp', 'tls', 'login', 'identity', 'version', 'board', 'permissions'] as const),
  ...(['radius', 'ppp_aaa', 'radius_incoming', 'clock'] as const),
];

/** An id that no item has: RouterOS counts them up from 1. */
const NO_ITEM = '*FFFFFFFF';

/**
 * Tries a connection step by step and looks whether the router is set up for this server. Changes nothing on it.
 * Never rejects for what the router does: that is what the report is about.
 */
export async function testConnection(
  deps: { readonly router: RouterPort; readonly clock: Clock },
  access: RouterAccess,
  expected: ExpectedRouter,
): Promise<ConnectionReport> {
  const startedMs = deps.clock.monotonicMs();
  const found = new Map<CheckName, CheckResult>();
  const seen: {
    identity?: string;
    version?: string;
    boardName?: string;
    uptime?: string;
    fingerprint?: string;
  } = {};
  const addresses = [...expected.serverAddresses];
  const note = (result: CheckResult): void => {
    found.set(result.check, result);
  };
  let connection: RouterConnection | undefined;
  try {
    connection = await deps.router.connect(access, (stage) => {
      note(stageResult(stage));
      if (stage.stage === 'connected') addresses.unshift(stage.localAddress);
      if (stage.stage === 'secured') seen.fingerprint = stage.fingerprint;
    });
    const resource = await readBasics(connection, note);
    Object.assign(seen, resource);
    note(await permissions(connection, access.username));
    const target = { ...expected, serverAddresses: [...new Set(addresses)] };
    await readSetUp({ connection, clock: deps.clock, note }, target);
  } catch (error) {
    if (!(error instanceof RouterError)) throw error;
    note(failureResult(found, error));
  } finally {
    connection?.close();
  }
  if (!access.isTls) note({ check: 'tls', state: 'warning', detail: PLAIN, fix: TLS_ON });
  const checks = CHECKS.map(
    (check) => found.get(check) ?? { check, state: 'skipped' as const, detail: 'Not reached.' },
  );
  return {
    isOk: checks.every(({ state }) => state === 'ok' || state === 'warning'),
    checks,
    identity: seen.identity,
    version: seen.version,
    boardName: seen.boardName,
    uptime: seen.uptime,
    fingerprint: seen.fingerprint,
    tookMs: Math.round(deps.clock.monotonicMs() - startedMs),
  };
}

const PLAIN = 'The plain API sends the password readable: use api-ssl, port 8729.';
function stageResult(stage: RouterStage): CheckResult {
  switch (stage.stage) {
    case 'resolved':
      return { check: 'resolve', state: 'ok', detail: stage.address };
    case 'connected':
      return { check: 'tcp', state: 'ok', detail: `Connected from ${stage.localAddress}.` };
    case 'secured':
      return { check: 'tls', state: 'ok', detail: `Certificate ${stage.fingerprint}` };
    case 'logged_in': {
      const detail = stage.isOldLogin ? 'Logged in by challenge, as before RouterOS 6.43.' : 'Logged in.';
      return { check: 'login', state: 'ok', detail };
    }
  }
}

async function readBasics(
  connection: RouterConnection,
  note: (result: CheckResult) => void,
): Promise<{ identity: string; version: string; boardName: string; uptime: string }> {
  const identity = (await printOne(connection, '/system/identity'))?.name ?? '';
  note({ check: 'identity', state: 'ok', detail: identity });
  const resource = await printOne(connection, '/system/resource');
  const [version = '', boardName = '', uptime = ''] = [
    resource?.version,
    resource?.['board-name'],
    resource?.uptime,
  ];
  note(checkVersion(version));
  note({ check: 'board', state: 'ok', detail: `${boardName}, up ${uptime}` });
  return { identity, version, boardName, uptime };
}

async function readSetUp(
  {
    connection,
    clock,
    note,
  }: { connection: RouterConnection; clock: Clock; note: (result: CheckResult) => void },
  expected: ExpectedRouter,
): Promise<void> {
  const { rows } = await connection.run({ path: '/radius/print' });
  note(checkRadius(rows, expected));
  note(checkAaa(await printOne(connection, '/ppp/aaa')));
  note(checkIncoming(await printOne(connection, '/radius/incoming'), expected.coaPort));
  const askedMs = clock.nowMs();
  const clockRow = await printOne(connection, '/system/clock');
  note(checkClock(clockRow, (askedMs + clock.nowMs()) / 2));
}

/** Tries what changes nothing: an item that does not exist, and one sample of a port. */
async function permissions(connection: RouterConnection, username: string): Promise<CheckResult> {
  const refused = async (path: string, attributes: Record<string, string>): Promise<boolean> => {
    try {
      await connection.run({ path, attributes });
      return false;
    } catch (error) {
      if (isTrap(error, 'not_permitted')) return true;
      if (error instanceof RouterError && error.trap !== undefined) return false;
      throw error;
    }
  };
  return checkPermissions(username, {
    write: !(await refused('/ppp/secret/set', { '.id': NO_ITEM, comment: '' })),
    test: !(await refused('/interface/monitor-traffic', { interface: 'ether1', once: '' })),
  });
}

async function printOne(connection: RouterConnection, path: string): Promise<RouterRow | undefined> {
  const { rows } = await connection.run({ path: `${path}/print` });
  return rows[0];
}

/** The first check without a finding is the one that could not be made. */
function failureResult(found: ReadonlyMap<CheckName, CheckResult>, error: RouterError): CheckResult {
  const detail = withoutFix(error.message);
  const fix = isTrap(error, 'not_permitted') ? `/user group set isp-billing policy=${POLICIES}` : error.fix;
  const check = failedCheck(found, error);
  return { check, state: 'failed', detail, ...(fix === undefined ? {} : { fix }) };
}

function failedCheck(found: ReadonlyMap<CheckName, CheckResult>, error: RouterError): CheckName {
  if (isTrap(error, 'not_permitted')) return 'permissions';
  if (error.code === 'router_tls_failed' || error.code === 'router_certificate_changed') return 'tls';
  return CHECKS.find((one) => !found.has(one) && one !== 'tls') ?? 'clock';
}

const POLICIES = 'api,read,write,test';
