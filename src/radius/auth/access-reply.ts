import { randomBytes } from 'node:crypto';
import type { Decision } from '../policy/decision.ts';
import { rejectMessage } from '../policy/replies.ts';
import { CODE } from '../protocol/code.ts';
import { writeMppeKeys } from '../protocol/mppe.ts';
import { msChapError, writeMsChap2Success } from '../protocol/mschap.ts';
import type { PacketView } from '../protocol/packet-view.ts';
import { ReplyWriter } from '../protocol/reply-writer.ts';
import type { SharedSecret } from '../protocol/secret.ts';
import { SLOT, VENDOR } from '../protocol/slots.ts';
import { CLASS_SIZE, type ClassAttribute } from './class-attribute.ts';
import type { CredentialCheck } from './credential-check.ts';
import type { Subscriber } from './subscriber.ts';

const MS_CHAP_ERROR = 2;
const EAP_FAILURE = 4;

/** Builds Access-Accept and Access-Reject in one reusable writer. */
export class AccessReply {
  readonly #writer = new ReplyWriter();
  readonly #classAttribute: ClassAttribute;
  readonly #credentials: CredentialCheck;
  readonly #classValue = Buffer.alloc(CLASS_SIZE);

  constructor(classAttribute: ClassAttribute, credentials: CredentialCheck) {
    this.#classAttribute = classAttribute;
    this.#credentials = credentials;
  }

  /** The accept of a decision: the service's encoded attributes, and what belongs to this login alone. */
  accept(view: PacketView, secret: SharedSecret, subscriber: Subscriber, decision: Decision): ReplyWriter {
    const { replies } = subscriber;
    const writer = this.#writer.begin(CODE.accessAccept).proxyStates(view);
    writer.raw(
      decision.grade === 'full'
        ? replies.full
        : decision.grade === 'throttled'
          ? replies.throttled
          : replies.walled,
    );
    if (decision.sessionTimeoutS > 0) writer.uint32(SLOT.sessionTimeout, decision.sessionTimeoutS);
    this.#classAttribute.write(this.#classValue, {
      serviceId: subscriber.serviceNumber,
      stateVersion: subscriber.version,
      grade: decision.grade,
    });
    writer.bytesAttribute(SLOT.class, this.#classValue);
    const { method, proof } = this.#credentials;
    if (method === 'mschap2') writeMsChap2Success(writer, proof);
    if (method === 'mschap2' || method === 'mschap1') writeMppeKeys(writer, view, secret, proof);
    return writer;
  }

  /**
   * The reject of a decision, with MS-CHAP-Error where the method has one (RFC 2548 section 2.1.5) and an EAP-Failure
   * where EAP was asked for (RFC 3579 section 2.1). That one keeps the Reply-Message, which section 2.6.5 would leave
   * out: no subscriber is shown it, and the log of the router then says why.
   */
  reject(view: PacketView, decision: Decision): ReplyWriter {
    const writer = this.#writer.begin(CODE.accessReject).proxyStates(view);
    const message = rejectMessage(decision);
    writer.text(SLOT.replyMessage, message);
    const { method } = this.#credentials;
    if (method === 'mschap2' || method === 'mschap1') {
      const isV2 = method === 'mschap2';
      const response = view.slice(isV2 ? SLOT.msChap2Response : SLOT.msChapResponse);
      const error = msChapError(response?.[0] ?? 0, randomBytes(isV2 ? 16 : 8), message);
      writer.vendor(VENDOR.microsoft, MS_CHAP_ERROR, error);
    } else if (method === 'eap') {
      writer.bytesAttribute(SLOT.eapMessage, eapFailure(view.slice(SLOT.eapMessage)));
    }
    return writer;
  }
}

/** An EAP-Failure under the identifier of the response it answers (RFC 3748 section 4.2). */
function eapFailure(response: Buffer | undefined): Buffer {
  return Buffer.of(EAP_FAILURE, response?.[1] ?? 0, 0, 4);
}
