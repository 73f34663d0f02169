import { randomBytes } from 'node:crypto';
import {
  chapPassword,
  type MsChap2Peer,
  msChap1Response,
  msChap2Response,
} from '../radius/protocol/client-credentials.ts';
import { ntHash } from '../radius/protocol/mschap.ts';
import type { SharedSecret } from '../radius/protocol/secret.ts';
import { SLOT, VENDOR } from '../radius/protocol/slots.ts';
import { hidePassword } from '../radius/protocol/user-password.ts';
import { type PortFacts, type RouterFacts, writeIdentity, writeRouter } from './identity-attributes.ts';
import type { AttributeSink, RequestWriter } from './request-writer.ts';

/** An Access-Request, and for MS-CHAPv2 what its success must prove. */
export interface BuiltAccess {
  readonly build: (id: number) => Buffer;
  readonly msChap2Peer: MsChap2Peer | undefined;
}

const MS_CHAP_RESPONSE = 1;
const MS_CHAP_CHALLENGE = 11;
const MS_CHAP2_RESPONSE = 25;
const SERVICE_TYPE_LOGIN = 1;
const WISPR_LOGOFF_URL = 3;

/** Builds a login as RouterOS sends it; retransmissions must reuse the datagram of one id. */
export function buildAccess(
  writer: RequestWriter,
  port: PortFacts,
  router: RouterFacts & { readonly secret: SharedSecret; readonly isSigned: boolean },
): BuiltAccess {
  let msChap2Peer: MsChap2Peer | undefined;
  const { subscriber } = port;
  const build = writer.access(router.secret, router.isSigned, (sink, authenticator) => {
    writeIdentity(sink, port, router);
    if (subscriber.service === 'dhcp') {
      sink.bytesAttribute(SLOT.userPassword, hidePassword(Buffer.alloc(0), authenticator, router.secret));
    } else {
      msChap2Peer = writeCredentials(sink, port, authenticator, router.secret);
    }
    if (subscriber.service === 'hotspot') {
      sink.uint32(SLOT.serviceType, SERVICE_TYPE_LOGIN);
      sink.vendor(VENDOR.wispr, WISPR_LOGOFF_URL, Buffer.from(`http://${router.address}/logout`));
    }
    writeRouter(sink, router);
  });
  return { build, msChap2Peer };
}

/** RouterOS never uses MS-CHAP for a hotspot; such a subscriber sends CHAP there. */
function writeCredentials(
  sink: AttributeSink,
  { subscriber }: PortFacts,
  authenticator: Buffer,
  secret: SharedSecret,
): MsChap2Peer | undefined {
  const password = Buffer.from(subscriber.password, 'utf8');
  const isHotspot = subscriber.service === 'hotspot';
  const ident = authenticator[0];
  switch (subscriber.method) {
    case 'pap':
      sink.bytesAttribute(SLOT.userPassword, hidePassword(password, authenticator, secret));
      return undefined;
    case 'mschapv1':
      if (isHotspot) break;
      writeMsChap1(sink, ident, subscriber.password);
      return undefined;
    case 'mschapv2':
      if (isHotspot) break;
      return writeMsChap2(sink, ident, subscriber);
    case 'chap':
      break;
  }
  const challenge = randomBytes(16);
  sink.bytesAttribute(SLOT.chapChallenge, challenge);
  sink.bytesAttribute(SLOT.chapPassword, chapPassword(ident, password, challenge));
  return undefined;
}

function writeMsChap1(sink: AttributeSink, ident: number, password: string): void {
  const challenge = randomBytes(8);
  sink.vendor(VENDOR.microsoft, MS_CHAP_CHALLENGE, challenge);
  sink.vendor(VENDOR.microsoft, MS_CHAP_RESPONSE, msChap1Response(ident, challenge, ntHash(password)));
}

function writeMsChap2(
  sink: AttributeSink,
  ident: number,
  subscriber: { readonly username: string; readonly password: string },
): MsChap2Peer {
  const name = subscriber.username.slice(subscriber.username.indexOf('\\') + 1);
  const peer: MsChap2Peer = {
    ident,
    challenge: randomBytes(16),
    peerChallenge: randomBytes(16),
    userName: Buffer.from(name, 'utf8'),
    ntHash: ntHash(subscriber.password),
  };
  sink.vendor(VENDOR.microsoft, MS_CHAP_CHALLENGE, peer.challenge);
  sink.vendor(VENDOR.microsoft, MS_CHAP2_RESPONSE, msChap2Response(peer));
  return peer;
}
