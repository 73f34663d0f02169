import { CODE } from '../../radius/protocol/code.ts';
import { verifyReply } from '../../radius/protocol/codec.ts';
import { PacketView } from '../../radius/protocol/packet-view.ts';
import type { SharedSecret } from '../../radius/protocol/secret.ts';
import { SLOT } from '../../radius/protocol/slots.ts';
import type { MsChapAnswers } from './ms-chap-answers.ts';
import { PLANS } from './population.ts';
import type { Method } from './request-layout.ts';
import { PAST, type SourcePorts } from './source-ports.ts';
import { KIND } from './workload.ts';

/** What a datagram from the server is: the answer, an answer to an earlier request, or wrong and why. */
export type ReplyVerdict = 'answer' | 'duplicate' | 'late' | BadReply;
export type BadReply =
  | 'unexpected'
  | 'not_genuine'
  | 'no_message_authenticator'
  | 'rejected'
  | 'wrong_code'
  | 'wrong_rate_limit'
  | 'no_ms_chap2_success';

/**
 * Checks every reply as a distrustful router would: Response Authenticator, Message-Authenticator (which an answer to
 * a login must have), code, the rate limit of the subscriber's plan, and for MS-CHAPv2 the server's own proof.
 */
export class ReplyCheck {
  /** The reply last found to be an answer, indexed. */
  readonly view = new PacketView();
  readonly #secret: SharedSecret;
  readonly #msChap: () => MsChapAnswers;
  readonly #rates: readonly Buffer[] = PLANS.map((plan) => Buffer.from(plan.rateLimit, 'latin1'));
  /** How logins prove their password in this run. */
  method: Method = 'pap';

  constructor(secret: SharedSecret, msChap: () => MsChapAnswers) {
    this.#secret = secret;
    this.#msChap = msChap;
  }

  /** Judges a datagram that names this slot. */
  judge(ports: SourcePorts, slot: number, reply: Buffer): ReplyVerdict {
    if (ports.isWaiting[slot] === 0) return this.#judgeEarlier(ports, slot, reply);
    const isLogin = ports.kind[slot] === KIND.login;
    const fault = verifyReply(reply, ports.packets[slot], this.#secret, {
      requireMessageAuthenticator: isLogin,
    });
    if (fault === 'response_authenticator') return this.#judgeEarlier(ports, slot, reply);
    if (fault === 'message_authenticator_missing') return 'no_message_authenticator';
    if (fault !== null) return 'not_genuine';
    this.view.read(reply);
    if (!isLogin) return this.view.code === CODE.accountingResponse ? 'answer' : 'wrong_code';
    return this.#judgeAccept(ports.user[slot]);
  }

  #judgeAccept(user: number): ReplyVerdict {
    const { view } = this;
    if (view.code === CODE.accessReject) return 'rejected';
    if (view.code !== CODE.accessAccept) return 'wrong_code';
    const rate = this.#rates[user % this.#rates.length];
    const start = view.start(SLOT.mikrotikRateLimit);
    const size = view.size(SLOT.mikrotikRateLimit);
    if (size !== rate.length || view.bytes.compare(rate, 0, size, start, start + size) !== 0) {
      return 'wrong_rate_limit';
    }
    if (this.method !== 'mschapv2') return 'answer';
    const isProof = this.#msChap().isSuccess(
      user,
      view.bytes,
      view.start(SLOT.msChap2Success),
      view.size(SLOT.msChap2Success),
    );
    return isProof ? 'answer' : 'no_ms_chap2_success';
  }

  /** A retransmission may be answered twice; the second answer must be as genuine as the first. */
  #judgeEarlier(ports: SourcePorts, slot: number, reply: Buffer): ReplyVerdict {
    const past = ports.pastOf(slot, (header) => verifyReply(reply, header, this.#secret) === null);
    if (past === PAST.none) return ports.isWaiting[slot] === 0 ? 'unexpected' : 'not_genuine';
    return past === PAST.answered ? 'duplicate' : 'late';
  }
}
