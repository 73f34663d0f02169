import type { RouterRow } from '../router.port.ts';
import { parseDurationS } from './duration.ts';
import { routerTimeMs } from './router-clock.ts';
import { isAtLeast, parseVersion } from './version.ts';

/** What is looked at, in this order. */
export type CheckName =
  | 'resolve'
  | 'tcp'
  | 'tls'
  | 'login'
  | 'identity'
  | 'version'
  | 'board'
  | 'permissions'
  | 'radius'
  | 'ppp_aaa'
  | 'radius_incoming'
  | 'clock';

/** One finding; `fix` is what to type into the router's terminal. `warning`: it works, but not as it should. */
export interface CheckResult {
  readonly check: CheckName;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly detail: string;
  readonly fix?: string;
}

/** What the router should be set to. */
export interface ExpectedRouter {
  /** Addresses this server may be known by, the likeliest first. */
  readonly serverAddresses: readonly string[];
  readonly authPort: number;
  readonly acctPort: number;
  readonly coaPort: number;
  /** The shared secret of the NAS, compared where the router shows it; never put into a finding. */
  readonly secret: string | undefined;
}

const COMMENT = 'netflow-isp';
const TIMEOUT_MIN_S = 1;
const INTERIM_MAX_S = 3_600;
const DRIFT_MAX_S = 60;
const HIDDEN = /^\**$/;

/** RouterOS 6.43 brought the present login; before 6.49 nothing here was tried. */
export function checkVersion(text: string): CheckResult {
  const check = 'version';
  if (parseVersion(text) === undefined) {
    return {
      check,
      state: 'failed',
      detail: `'${text}' is no version of RouterOS: the router is of another make.`,
    };
  }
  if (isAtLeast(text, 6, 49)) return { check, state: 'ok', detail: `RouterOS ${text}` };
  return {
    check,
    state: 'warning',
    detail: `RouterOS ${text} is older than 6.49, with known holes; upgrade it.`,
    fix: '/system package update set channel=long-term; /system package update install',
  };
}

/** Whether a `/radius` entry sends logins and accounting of PPP here. */
export function checkRadius(rows: readonly RouterRow[], expected: ExpectedRouter): CheckResult {
  const check = 'radius';
  const [address = 'ADDRESS-OF-THIS-SERVER'] = expected.serverAddresses;
  const ours = rows.find((row) => expected.serverAddresses.includes(row.address ?? ''));
  if (ours === undefined) {
    const others = rows.map((row) => row.address).join(', ');
    return {
      check,
      state: 'failed',
      detail: `No /radius entry points to this server${others === '' ? '' : ` (there is ${others})`}.`,
      fix:
        `/radius add service=ppp,hotspot,dhcp address=${address} secret="SECRET-OF-THIS-NAS" ` +
        `authentication-port=${expected.authPort} accounting-port=${expected.acctPort} timeout=3s comment="${COMMENT}"`,
    };
  }
  const wrong = wrongOfRadius(ours, expected);
  if (wrong.length === 0)
    return { check, state: 'ok', detail: `${ours.address} answers for ${ours.service ?? 'ppp'}.` };
  return {
    check,
    state: wrong.some(({ isFatal }) => isFatal) ? 'failed' : 'warning',
    detail: `The /radius entry for ${ours.address}: ${wrong.map(({ words }) => words).join(', ')}.`,
    fix: `/radius set [find address=${ours.address}] ${wrong.map(({ set }) => set).join(' ')}`,
  };
}

function wrongOfRadius(
  row: RouterRow,
  expected: ExpectedRouter,
): { readonly words: string; readonly set: string; readonly isFatal: boolean }[] {
  const { authPort, acctPort, secret } = expected;
  const wrong: { words: string; set: string; isFatal: boolean }[] = [];
  const services = (row.service ?? '').split(',');
  if (row.disabled === 'true') wrong.push({ words: 'it is disabled', set: 'disabled=no', isFatal: true });
  if (!services.includes('ppp')) {
    wrong.push({ words: 'it does not serve ppp', set: 'service=ppp,hotspot,dhcp', isFatal: true });
  }
  if (row['authentication-port'] !== String(authPort)) {
    const words = `logins go to port ${row['authentication-port']}`;
    wrong.push({ words, set: `authentication-port=${authPort}`, isFatal: true });
  }
  if (row['accounting-port'] !== String(acctPort)) {
    const words = `accounting goes to port ${row['accounting-port']}`;
    wrong.push({ words, set: `accounting-port=${acctPort}`, isFatal: true });
  }
  const shown = row.secret ?? '';
  if (secret !== undefined && !HIDDEN.test(shown) && shown !== secret) {
    wrong.push({ words: 'the secret is another', set: 'secret="SECRET-OF-THIS-NAS"', isFatal: true });
  }
  const timeoutS = parseDurationS(row.timeout ?? '');
  if (timeoutS !== undefined && timeoutS < TIMEOUT_MIN_S) {
    const words = `its timeout of ${row.timeout} is short`;
    wrong.push({ words, set: 'timeout=3s', isFatal: false });
  }
  return wrong;
}

/** Whether PPP asks RADIUS and reports to it. */
export function checkAaa(row: RouterRow | undefined): CheckResult {
  const check = 'ppp_aaa';
  const fix = '/ppp aaa set use-radius=yes accounting=yes interim-update=5m';
  if (row?.['use-radius'] !== 'true') {
    return { check, state: 'failed', detail: 'PPP does not ask RADIUS (use-radius=no).', fix };
  }
  if (row.accounting !== 'true') {
    return { check, state: 'failed', detail: 'PPP reports no usage (accounting=no).', fix };
  }
  const interimS = parseDurationS(row['interim-update'] ?? '0s') ?? 0;
  if (interimS === 0 || interimS > INTERIM_MAX_S) {
    const how = interimS === 0 ? 'does not report usage while a session runs' : 'reports usage too rarely';
    return { check, state: 'warning', detail: `PPP ${how} (interim-update=${row['interim-update']}).`, fix };
  }
  return { check, state: 'ok', detail: `Usage is reported every ${row['interim-update']}.` };
}

/** Whether the router obeys CoA and Disconnect, on the port we send them to. */
export function checkIncoming(row: RouterRow | undefined, coaPort: number): CheckResult {
  const check = 'radius_incoming';
  const fix = `/radius incoming set accept=yes port=${coaPort}`;
  if (row?.accept !== 'true') {
    return {
      check,
      state: 'failed',
      detail: 'CoA and Disconnect are not accepted: changes wait for the next login.',
      fix,
    };
  }
  if (row.port !== String(coaPort)) {
    return {
      check,
      state: 'failed',
      detail: `CoA is expected on port ${row.port}, sent to ${coaPort}.`,
      fix,
    };
  }
  return { check, state: 'ok', detail: `CoA and Disconnect are accepted on port ${coaPort}.` };
}

/** How far the router's clock is off; `nowMs` is the middle of the time the answer took. */
export function checkClock(row: RouterRow | undefined, nowMs: number): CheckResult {
  const check = 'clock';
  const atMs = row === undefined ? undefined : routerTimeMs(row);
  if (atMs === undefined)
    return { check, state: 'skipped', detail: 'The clock of the router could not be read.' };
  const driftS = Math.round((atMs - nowMs) / 1000);
  if (Math.abs(driftS) <= DRIFT_MAX_S)
    return { check, state: 'ok', detail: `The clock is ${Math.abs(driftS)} s off.` };
  return {
    check,
    state: 'warning',
    detail: `The clock is ${Math.abs(driftS)} s ${driftS > 0 ? 'ahead' : 'behind'}: logs and event times mislead.`,
    fix: '/system ntp client set enabled=yes; /system ntp client servers add address=pool.ntp.org',
  };
}

/** What the probes of the API user's policies say. */
export function checkPermissions(
  username: string,
  can: { readonly write: boolean; readonly test: boolean },
): CheckResult {
  const check = 'permissions';
  const missing = [...(can.write ? [] : ['write']), ...(can.test ? [] : ['test'])];
  if (missing.length === 0) return { check, state: 'ok', detail: `'${username}' may read, write and test.` };
  return {
    check,
    state: missing.includes('write') ? 'failed' : 'warning',
    detail: `'${username}' lacks the ${missing.length === 1 ? 'policy' : 'policies'} ${missing.join(' and ')}.`,
    fix: `/user group set [/user get [find name="${username}"] group] policy=api,read,write,test`,
  };
}
