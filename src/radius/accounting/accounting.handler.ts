import type { Database } from '../../db/database.ts';
import type { Logger } from '../../platform/logger.port.ts';
import { type AccountingReport, STATUS } from '../../usage/sessions/report.ts';
import type { ClassAttribute } from '../auth/class-attribute.ts';
import type { SubscriberDirectory } from '../auth/subscriber-directory.ts';
import { CODE } from '../protocol/code.ts';
import { PacketView } from '../protocol/packet-view.ts';
import { ReplyWriter } from '../protocol/reply-writer.ts';
import { SLOT } from '../protocol/slots.ts';
import type { DropReason, RadiusCounters } from '../server/counters.ts';
import type { Exchange } from '../server/exchange.ts';
import type { AccountingBatcher, PendingReport } from './batcher.service.ts';
import { closeForReboot } from './nas-reboot.service.ts';
import { delayMs, reportOf } from './record.ts';

/** What the handler works with. */
export interface AccountingContext {
  readonly db: Database;
  readonly batcher: AccountingBatcher;
  readonly directory: SubscriberDirectory;
  readonly classAttribute: ClassAttribute;
  readonly counters: RadiusCounters;
  readonly logger: Logger;
  readonly isReady: () => boolean;
  /** Time that usage is booked by: the clock of the installation, which a test clock may move. */
  readonly eventNowMs: () => number;
  readonly monotonicMs: () => number;
  /** Sessions were closed because their router was rebooted. */
  readonly onSessionsClosed: (ids: readonly number[]) => void;
  /** A session began that was let in before its service changed. */
  readonly onOutdatedStart: (serviceId: string) => void;
}

/** Takes Accounting-Requests; each is answered after its rows are durable, or not at all. */
export class AccountingHandler {
  readonly #context: AccountingContext;
  readonly #writer = new ReplyWriter();
  readonly #view = new PacketView();

  constructor(context: AccountingContext) {
    this.#context = context;
  }

  /** Handles one verified request, or says why it is not even looked at. */
  handle(exchange: Exchange, view: PacketView): DropReason | null {
    const { counters, classAttribute, batcher } = this.#context;
    counters.accountingRequests += 1;
    if (!this.#context.isReady()) return 'not_ready';
    exchange.source.lastAcctAtMs = exchange.arrivedAtMs;
    const status = view.uint32(SLOT.acctStatusType, 0);
    if (status === 0) return 'bad_status_type';
    if (status === STATUS.accountingOn || status === STATUS.accountingOff) {
      void this.#rebooted(exchange, this.#context.eventNowMs() - delayMs(view));
      return null;
    }
    // Tunnel and failure reports (RFC 2867) count nothing: they are acknowledged so that they are not repeated.
    if (status > STATUS.interim) {
      this.answer(exchange);
      return null;
    }
    const acctSessionId = storable(view.text(SLOT.acctSessionId));
    if (acctSessionId === '') return 'no_session_id';
    // A report may name nobody (RFC 2866 section 5.13): it is kept all the same, and counted if its Class is ours.
    const username = storable(view.text(SLOT.userName));
    const subscriber = this.#context.directory.find(username);
    const report = reportOf(exchange, view, {
      status,
      acctSessionId,
      username,
      planIntervalS: subscriber?.plan.interimIntervalS ?? 0,
      serviceId: subscriber?.serviceNumber,
      classAttribute,
      eventNowMs: this.#context.eventNowMs(),
    });
    if (status === STATUS.start && subscriber !== undefined && report.stateVersion !== 0) {
      if (report.stateVersion !== subscriber.version) this.#context.onOutdatedStart(subscriber.serviceId);
    }
    batcher.submit(new PendingPacket(this, exchange, report));
    return null;
  }

  /** Sends the Accounting-Response. */
  answer(exchange: Exchange): void {
    this.#view.read(exchange.datagram);
    exchange.send(this.#writer.begin(CODE.accountingResponse).proxyStates(this.#view), this.#view);
    const { counters, monotonicMs } = this.#context;
    counters.accountingResponses += 1;
    counters.accountingLatency.add((monotonicMs() - exchange.arrivedTick) * 1000);
  }

  /** Lets a request go unanswered, so that its retransmission is worked on. */
  drop(exchange: Exchange, reason: DropReason): void {
    exchange.abandon();
    this.#context.counters.drop(reason);
  }

  async #rebooted(exchange: Exchange, atMs: number): Promise<void> {
    const { db, batcher, logger } = this.#context;
    try {
      const { nas, source } = exchange;
      const closed = await closeForReboot(db, batcher, {
        nasId: nas.number,
        nasAddress: source.address,
        atMs,
      });
      logger.info({ event: 'radius.nas_rebooted', nas_id: exchange.nas.id, sessions_closed: closed.length });
      this.#context.onSessionsClosed(closed);
      this.answer(exchange);
    } catch (error) {
      logger.warn({ event: 'radius.nas_reboot_unwritten', nas_id: exchange.nas.id, err: error });
      this.drop(exchange, 'database_down');
    }
  }
}

/** PostgreSQL text has no NUL: a key that holds one must be the same in memory as in its row. */
function storable(text = ''): string {
  return text.replaceAll('\0', '\ufffd');
}

/** A report on its way through the batcher, with the packet to answer. */
class PendingPacket implements PendingReport {
  readonly report: AccountingReport;
  readonly #handler: AccountingHandler;
  readonly #exchange: Exchange;

  constructor(handler: AccountingHandler, exchange: Exchange, report: AccountingReport) {
    this.#handler = handler;
    this.#exchange = exchange;
    this.report = report;
  }

  answer(): void {
    this.#handler.answer(this.#exchange);
  }

  drop(reason: DropReason): void {
    this.#handler.drop(this.#exchange, reason);
  }
}
