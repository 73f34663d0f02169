import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { keepSignatureLearnt } from '../network/nas/nas-contact.store.ts';
import { recordSessionChanges } from '../platform/events/change-log.store.ts';
import type { HealthReporter } from '../platform/health/health-reporter.service.ts';
import type { Logger } from '../platform/logger.port.ts';
import type { SecretBox } from '../platform/secrets/secret-box.ts';
import { AccountingHandler } from '../radius/accounting/accounting.handler.ts';
import { AccountingBatcher } from '../radius/accounting/batcher.service.ts';
import { countUsage } from '../radius/accounting/count-usage.ts';
import { IdBlocks } from '../radius/accounting/id-blocks.service.ts';
import type { QuotaWatch } from '../radius/accounting/quota-watch.service.ts';
import { AccessHandler } from '../radius/auth/access.handler.ts';
import type { AuthLogWriter } from '../radius/auth/auth-log-writer.service.ts';
import { ClassAttribute } from '../radius/auth/class-attribute.ts';
import { CredentialCheck } from '../radius/auth/credential-check.ts';
import { DelayedReplies } from '../radius/auth/delayed-replies.service.ts';
import type { RejectThrottle } from '../radius/auth/reject-throttle.ts';
import { bindMac } from '../radius/auth/subscriber.store.ts';
import { CODE } from '../radius/protocol/code.ts';
import { PacketView } from '../radius/protocol/packet-view.ts';
import { ReplyWriter } from '../radius/protocol/reply-writer.ts';
import { SharedSecret } from '../radius/protocol/secret.ts';
import type { RadiusCounters } from '../radius/server/counters.ts';
import { openDispatcher } from '../radius/server/dispatch.ts';
import type { DropNotes } from '../radius/server/drop-notes.ts';
import type { RequestHandler } from '../radius/server/exchange.ts';
import { ReplyCache } from '../radius/server/reply-cache.ts';
import { SignatureLearning } from '../radius/server/signature-learning.ts';
import { statusServer } from '../radius/server/status-server.ts';
import type { DatagramHandler } from '../radius/server/udp-server.ts';
import { ComparisonWriter } from '../radius/shadow/comparison-writer.service.ts';
import { openOldServers } from '../radius/shadow/old-server.adapter.ts';
import { ShadowHandler } from '../radius/shadow/shadow.handler.ts';
import type { SessionBatch } from '../usage/sessions/batch.ts';
import { STATUS } from '../usage/sessions/report.ts';
import type { RadiusState } from './radius-state.ts';

/** How many replies are remembered, and for how long (RFC 5080 section 2.2.2 asks for 5 to 30 seconds). */
const REPLY_CACHE = {
  auth: { entriesMax: 65_536, bytesMax: 12 * 1024 * 1024, ttlMs: 15_000 },
  acct: { entriesMax: 65_536, bytesMax: 2 * 1024 * 1024, ttlMs: 15_000 },
};

/** While reports wait longer than this for a lane, another login would only be one more without its Start. */
const ADMIT_WAIT_MS = 150;

/** What the handlers are built from. */
export interface HandlerParts {
  readonly db: Database;
  readonly accountingDb: Database;
  readonly box: SecretBox;
  /** The machine's clock. */
  readonly clock: Clock;
  /** The clock of validity and usage. */
  readonly businessClock: Clock;
  readonly logger: Logger;
  readonly state: RadiusState;
  readonly counters: RadiusCounters;
  readonly dropNotes: DropNotes;
  readonly throttle: RejectThrottle;
  readonly authLog: AuthLogWriter;
  readonly health: HealthReporter;
  /** Judges services whose use crossed a mark. */
  readonly quotaWatch: QuotaWatch;
  /** Makes the network match a service again: one of its sessions began outdated. */
  readonly replan: (serviceId: string) => void;
}

/** The two ports' ways from datagram to answer. */
export interface RadiusHandlers {
  readonly onAuthDatagram: DatagramHandler;
  readonly onAcctDatagram: DatagramHandler;
  readonly batcher: AccountingBatcher;
  readonly delayed: DelayedReplies;
  /** Ends what is under way with old servers and writes how logins compared. */
  readonly stopShadow: () => Promise<void>;
}

/** Builds the login path and the accounting path over one state. */
export function buildHandlers(parts: HandlerParts): RadiusHandlers {
  const { state, counters, health } = parts;
  const classAttribute = new ClassAttribute(parts.box.deriveKey('radius class'));
  const batcher = buildBatcher(parts);
  const delayed = new DelayedReplies(() => parts.clock.monotonicMs());
  const access = buildAccess(parts, { classAttribute, batcher, delayed });
  const accounting = buildAccounting(parts, { classAttribute, batcher });
  const { shadow, stopShadow } = buildShadow(parts, access);
  const status = (kind: 'auth' | 'acct', isAble: () => boolean): RequestHandler =>
    statusServer({ writer: new ReplyWriter(), counters, port: kind, isAble });
  const authHandlers = new Map<number, RequestHandler>([
    [
      CODE.accessRequest,
      (exchange, view) =>
        exchange.nas.shadow === null ? access.handle(exchange, view) : shadow.access(exchange, view),
    ],
    [CODE.statusServer, status('auth', () => state.isReady)],
  ]);
  const acctHandlers = new Map<number, RequestHandler>([
    [
      CODE.accountingRequest,
      (exchange, view) => {
        if (exchange.nas.shadow !== null) shadow.copyAccounting(exchange, view);
        return accounting.handle(exchange, view);
      },
    ],
    [CODE.statusServer, status('acct', () => state.isReady && health.isDatabaseUp)],
  ]);
  return {
    onAuthDatagram: buildPort(parts, 'auth', authHandlers),
    onAcctDatagram: buildPort(parts, 'acct', acctHandlers),
    batcher,
    delayed,
    stopShadow,
  };
}

/** The way of NAS that are not live yet. */
function buildShadow({ db, logger }: HandlerParts, access: AccessHandler) {
  const oldServers = openOldServers();
  const writer = new ComparisonWriter({ db, logger });
  const shadow = new ShadowHandler({
    oldServers,
    rehearse: (exchange, view) => access.rehearse(exchange, view),
    onCompared: (comparison) => writer.add(comparison),
    onFault: (error) => logger.error({ event: 'radius.relay_failed', err: error }),
  });
  return {
    shadow,
    stopShadow: async () => {
      oldServers.close();
      await writer.stop();
    },
  };
}

function buildBatcher(parts: HandlerParts): AccountingBatcher {
  const { db, accountingDb, clock, logger, state } = parts;
  return new AccountingBatcher({
    db: accountingDb,
    table: state.sessions,
    ids: new IdBlocks(db),
    rules: () => ({ hours: state.hours, replacesOld: state.loader.policy.replacePortSession }),
    monotonicMs: () => clock.monotonicMs(),
    logger,
    onCommitted: (batch) => committed(batch, parts),
  });
}

function buildAccess(
  parts: HandlerParts,
  own: { classAttribute: ClassAttribute; batcher: AccountingBatcher; delayed: DelayedReplies },
): AccessHandler {
  const { db, clock, logger, state, counters, throttle } = parts;
  return new AccessHandler({
    directory: state.directory,
    sessions: state.sessions,
    policy: () => state.loader.policy,
    credentials: new CredentialCheck(new PacketView(), new SharedSecret('')),
    classAttribute: own.classAttribute,
    throttle,
    delayed: own.delayed,
    counters,
    nowMs: () => parts.businessClock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    mayAdmit: () => own.batcher.oldestWaitMs < ADMIT_WAIT_MS,
    isReady: () => state.isReady,
    keepsAccepts: () => state.settings?.radius_auth_log !== 'rejects',
    log: (line) => parts.authLog.add(line),
    onMacBound: (subscriber, mac) => {
      bindMac(db, subscriber.serviceId, mac).catch((error: unknown) =>
        logger.warn({ event: 'radius.mac_not_bound', service_id: subscriber.serviceId, err: error }),
      );
    },
  });
}

function buildAccounting(
  parts: HandlerParts,
  own: { classAttribute: ClassAttribute; batcher: AccountingBatcher },
): AccountingHandler {
  const { db, clock, logger, state, counters } = parts;
  return new AccountingHandler({
    db,
    batcher: own.batcher,
    directory: state.directory,
    classAttribute: own.classAttribute,
    counters,
    logger,
    isReady: () => state.isReady,
    eventNowMs: () => parts.businessClock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    onSessionsClosed: (ids) => tellPeers(ids, parts),
    onOutdatedStart: (serviceId) => {
      counters.staleClassStarts += 1;
      parts.replan(serviceId);
    },
  });
}

function buildPort(
  parts: HandlerParts,
  kind: 'auth' | 'acct',
  handlers: ReadonlyMap<number, RequestHandler>,
): DatagramHandler {
  const { db, clock, logger, state, counters, dropNotes } = parts;
  const learning = new SignatureLearning();
  return openDispatcher({
    clock,
    nasDirectory: state.nasDirectory,
    cache: new ReplyCache(REPLY_CACHE[kind]),
    counters,
    dropNotes,
    handlers,
    onAccessRequest: ({ nas, isSigned }) => {
      if (!learning.note(nas, isSigned, clock.monotonicMs())) return;
      const event = { event: 'radius.signature_learnt', nas_id: nas.id };
      logger.info(event, 'This NAS signs every request: demanded from now on.');
      keepSignatureLearnt(db, nas.id).catch((error: unknown) =>
        logger.warn({ event: 'radius.signature_not_kept', nas_id: nas.id, err: error }),
      );
    },
  });
}

/** After a commit: quotas in memory follow, and other hosts learn of sessions that began or ended. */
function committed({ rows, writes }: SessionBatch, parts: HandlerParts): void {
  const counting = parts.state.settings?.usage_counting ?? 'total';
  for (const row of rows) {
    if (row.serviceId === 0) continue;
    const subscriber = parts.state.directory.ofService(row.serviceId);
    if (subscriber !== undefined && countUsage(subscriber, row, counting)) {
      parts.quotaWatch.note(subscriber.serviceId);
    }
    // The Start a login was waited for: its session counts from here on by itself, and not once it is over.
    const isStart = row.report.status === STATUS.start;
    if (isStart && subscriber?.acceptedStation === row.report.stationHash) subscriber.acceptedStation = 0;
  }
  if (!parts.health.hasPeers) return;
  const changed = writes.filter(({ before, after }) => before === undefined || after.closedAtS !== 0);
  tellPeers(
    changed.map(({ after }) => after.id),
    parts,
  );
}

function tellPeers(sessionIds: readonly number[], { db, health, logger }: HandlerParts): void {
  if (sessionIds.length === 0 || !health.hasPeers) return;
  recordSessionChanges(db, health.instance, sessionIds).catch((error: unknown) =>
    logger.warn({ event: 'radius.session_change_unsaid', sessions: sessionIds.length, err: error }),
  );
}
