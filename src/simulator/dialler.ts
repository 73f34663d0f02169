import { isMsChap2Success } from '../radius/protocol/client-credentials.ts';
import { CODE } from '../radius/protocol/code.ts';
import type { SharedSecret } from '../radius/protocol/secret.ts';
import { type AcceptedTerms, readAccept, rejectReason } from './access-accept.ts';
import { buildAccess } from './access-request.ts';
import type { PortFacts } from './identity-attributes.ts';
import type { RadiusClient } from './radius-client.ts';
import { RequestWriter } from './request-writer.ts';
import type { SettledOptions } from './router-options.ts';

/** What came of asking the server. */
export type LoginAnswer =
  | { readonly outcome: 'accepted'; readonly accepted: AcceptedTerms }
  | { readonly outcome: 'rejected'; readonly reason: string }
  | { readonly outcome: 'unanswered' }
  | { readonly outcome: 'unusable'; readonly reason: string };

/** Asks the server about logins and counts what it says. */
export class Dialler {
  readonly #options: SettledOptions;
  readonly #secret: SharedSecret;
  readonly #client: RadiusClient;
  readonly #writer = new RequestWriter();

  constructor(given: {
    readonly options: SettledOptions;
    readonly secret: SharedSecret;
    readonly client: RadiusClient;
  }) {
    this.#options = given.options;
    this.#secret = given.secret;
    this.#client = given.client;
  }

  /** Sends one Access-Request. After MS-CHAPv2 the server must prove itself too, or the client hangs up. */
  async login(port: PortFacts): Promise<LoginAnswer> {
    const { server, statistics, address, identity, isSigned } = this.#options;
    const { build, msChap2Peer } = buildAccess(this.#writer, port, {
      address,
      identity,
      secret: this.#secret,
      isSigned,
    });
    const answer = await this.#client.exchange({
      port: server.authPort,
      build,
      requireMessageAuthenticator: isSigned,
    });
    if (answer === undefined) {
      statistics.unanswered += 1;
      return { outcome: 'unanswered' };
    }
    statistics.loginLatency.add(answer.elapsedMs);
    if (answer.reply[0] !== CODE.accessAccept) {
      const reason = rejectReason(answer.reply);
      statistics.countReject(reason);
      return { outcome: 'rejected', reason };
    }
    const accepted = readAccept(answer.reply);
    if (msChap2Peer !== undefined) {
      const { msChap2Success } = accepted;
      if (msChap2Success === undefined || !isMsChap2Success(msChap2Success, msChap2Peer)) {
        statistics.unusable += 1;
        return { outcome: 'unusable', reason: 'The MS-CHAP2-Success is missing or wrong.' };
      }
    }
    statistics.accepts += 1;
    return { outcome: 'accepted', accepted };
  }
}
