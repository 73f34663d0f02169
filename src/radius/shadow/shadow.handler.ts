import type { RehearsedLogin } from '../auth/rehearsed-login.ts';
import { forwardedRequest, relayReply } from '../protocol/forwarding.ts';
import { PacketView } from '../protocol/packet-view.ts';
import { ReplyWriter } from '../protocol/reply-writer.ts';
import { SLOT } from '../protocol/slots.ts';
import type { DropReason } from '../server/counters.ts';
import type { Exchange } from '../server/exchange.ts';
import type { OldServer, OldServerPort } from '../server/old-server.port.ts';
import { shadowAnswer } from './answer.ts';
import { type Comparison, compareLogin } from './comparison.ts';

/** What the handler works with. */
export interface ShadowContext {
  readonly oldServers: OldServerPort;
  /** What we would answer; nothing comes of it. */
  readonly rehearse: (exchange: Exchange, view: PacketView) => RehearsedLogin | undefined;
  readonly onCompared: (comparison: Comparison) => void;
  /** An answer that could not be relayed. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Requests of NAS that are not live (decision record 0014). Their logins are decided by the old server alone: its answer
 * goes to the router as it is, its silence stays silence, and ours is only compared with it.
 */
export class ShadowHandler {
  readonly #context: ShadowContext;
  readonly #writer = new ReplyWriter();
  readonly #request = new PacketView();
  readonly #reply = new PacketView();

  constructor(context: ShadowContext) {
    this.#context = context;
  }

  /** Handles one verified Access-Request of such a NAS. */
  access(exchange: Exchange, view: PacketView): DropReason | null {
    const { shadow } = exchange.nas;
    exchange.source.lastAuthAtMs = exchange.arrivedAtMs;
    if (shadow === null || shadow.mode === 'accounting_only') {
      // Silence sends the router to the next server of its list.
      exchange.abandon();
      return null;
    }
    const { server } = shadow;
    const username = view.text(SLOT.userName) ?? '';
    const ours = this.#context.rehearse(exchange, view);
    const isSent = this.#context.oldServers.forward({
      server,
      kind: 'auth',
      build: (id) => forwardedRequest(view, { from: exchange.secret, to: server.secret }, id),
      onEnd: (reply) => this.#end({ exchange, server, username, ours }, reply),
    });
    return isSent ? null : 'overload';
  }

  /** Copies an accounting packet to the old server, which goes on counting; ours is answered on its own. */
  copyAccounting(exchange: Exchange, view: PacketView): void {
    const server = exchange.nas.shadow?.server ?? null;
    if (server === null) return;
    this.#context.oldServers.forward({
      server,
      kind: 'acct',
      build: (id) => forwardedRequest(view, { from: exchange.secret, to: server.secret }, id),
      onEnd: () => undefined,
    });
  }

  #end(login: Login, bytes: Buffer | undefined): void {
    try {
      this.#relay(login, bytes);
    } catch (error) {
      login.exchange.abandon();
      this.#context.onFault(error);
    }
  }

  #relay({ exchange, server, username, ours }: Login, bytes: Buffer | undefined): void {
    if (bytes === undefined) exchange.abandon();
    else {
      this.#reply.read(bytes);
      this.#request.read(exchange.datagram);
      const hop = { from: server.secret, to: exchange.secret };
      exchange.send(relayReply(this.#writer, this.#reply, this.#request, hop), this.#request);
    }
    if (ours === undefined || username === '') return;
    const comparison = compareLogin(
      { nasId: exchange.nas.id, username, atMs: exchange.arrivedAtMs },
      shadowAnswer(ours.packet, ours.isWalled),
      bytes && shadowAnswer(bytes),
    );
    if (comparison !== undefined) this.#context.onCompared(comparison);
  }
}

interface Login {
  readonly exchange: Exchange;
  readonly server: OldServer;
  readonly username: string;
  readonly ours: RehearsedLogin | undefined;
}
