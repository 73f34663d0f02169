import { parseAddress, parseAddressBlock } from '../kernel/ip.ts';
import type { Refusals, RouterStatus, Trouble } from './system-status.ts';

/** Lines of the newest part of the authentication log, gathered. */
export interface LogTailLine {
  readonly outcome: 'accept' | 'walled' | 'reject' | 'drop';
  readonly reason: string | undefined;
  readonly routerName: string | undefined;
  /** Only of drops. */
  readonly source: string | undefined;
  readonly count: number;
  /** The newest of them. */
  readonly lastAtMs: number;
}

/** What is known about the last minutes. */
export interface TroubleFacts {
  /** Undefined: nobody can know yet. */
  readonly radiusHosts: number | undefined;
  readonly workerHosts: number | undefined;
  readonly routers: readonly RouterStatus[];
  readonly logTail: readonly LogTailLine[];
  readonly unansweredOrders: readonly { readonly router: string; readonly orders: number }[];
  readonly failedJobs: readonly { readonly job: string; readonly error: string }[];
  /** Accounting reports dropped in the last minute because we could not keep up. */
  readonly overloadDrops: number;
  readonly nowMs: number;
}

/** A session is reported within seconds of its login; so much later than the last report, something is amiss. */
const ACCOUNTING_LAG_MAX_MS = 120_000;
const RECENT_MS = 900_000;
/** A hostile network must not fill the page. */
const SOURCES_MAX = 5;

const SECRET_REASONS = new Set(['bad_authenticator', 'message_authenticator']);
const UNSIGNED_REASONS = new Set(['unsigned', 'unsigned_proxy_state', 'unsigned_eap']);

/** What a person should mend, the worst first. */
export function troublesOf(facts: TroubleFacts): Trouble[] {
  const troubles: Trouble[] = [];
  if (facts.radiusHosts === 0) troubles.push({ code: 'radius_down' });
  if (facts.workerHosts === 0) troubles.push({ code: 'worker_down' });
  if (facts.overloadDrops > 0) troubles.push({ code: 'overload', packets: facts.overloadDrops });
  for (const router of facts.routers) {
    if (lacksAccounting(router, facts)) troubles.push({ code: 'accounting_missing', router: router.name });
  }
  troubles.push(...dropTroubles(facts));
  for (const { router, orders } of facts.unansweredOrders) {
    troubles.push({ code: 'orders_unanswered', router, orders });
  }
  for (const { job, error } of facts.failedJobs) troubles.push({ code: 'job_failed', job, error });
  return troubles;
}

/** Why logins were refused or walled, the commonest reason first. */
export function refusalsOf(logTail: readonly LogTailLine[]): Refusals[] {
  const counts = new Map<string, number>();
  for (const { outcome, reason, count } of logTail) {
    if (outcome !== 'reject' && outcome !== 'walled') continue;
    counts.set(reason ?? 'other', (counts.get(reason ?? 'other') ?? 0) + count);
  }
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}

/**
 * Logins of a router were accepted, but none of them was followed by accounting: the commonest mistake in setting
 * up a router. Refused logins prove nothing, they have no session.
 */
function lacksAccounting(router: RouterStatus, { logTail, nowMs }: TroubleFacts): boolean {
  const { lastLoginAtMs, lastAccountingAtMs = Number.NEGATIVE_INFINITY } = router;
  if (lastLoginAtMs === undefined || nowMs - lastLoginAtMs > RECENT_MS) return false;
  if (lastLoginAtMs - lastAccountingAtMs < ACCOUNTING_LAG_MAX_MS) return false;
  return logTail.some(
    ({ outcome, routerName }) => (outcome === 'accept' || outcome === 'walled') && routerName === router.name,
  );
}

function dropTroubles({ logTail, routers }: TroubleFacts): Trouble[] {
  const bySource = new Map<string, Trouble & { packets: number }>();
  for (const line of logTail) {
    const code = line.outcome === 'drop' ? codeOf(line.reason ?? '') : undefined;
    if (code === undefined || isMended(code, line, routers)) continue;
    const { source = '?', routerName: router } = line;
    const key = `${code} ${source}`;
    const packets = (bySource.get(key)?.packets ?? 0) + line.count;
    bySource.set(
      key,
      code === 'unknown_router' ? { code, source, packets } : { code, router, source, packets },
    );
  }
  return [...bySource.values()].sort((a, b) => b.packets - a.packets).slice(0, SOURCES_MAX);
}

type DropCode = 'unknown_router' | 'wrong_secret' | 'unsigned';

function codeOf(reason: string): DropCode | undefined {
  if (reason === 'unknown_nas') return 'unknown_router';
  if (SECRET_REASONS.has(reason)) return 'wrong_secret';
  return UNSIGNED_REASONS.has(reason) ? 'unsigned' : undefined;
}

/** The router has been added since, or has been understood since. */
function isMended(code: DropCode, line: LogTailLine, routers: readonly RouterStatus[]): boolean {
  if (code === 'unknown_router') {
    const source = parseAddress(line.source ?? '');
    return source !== undefined && routers.some(({ address }) => blockHolds(address, source));
  }
  const router = routers.find(({ name }) => name === line.routerName);
  const heardAtMs = Math.max(router?.lastLoginAtMs ?? 0, router?.lastAccountingAtMs ?? 0);
  return heardAtMs > line.lastAtMs;
}

function blockHolds(address: string, source: { readonly family: 4 | 6; readonly value: bigint }): boolean {
  const block = parseAddressBlock(address);
  return block.family === source.family && source.value >= block.first && source.value <= block.last;
}
