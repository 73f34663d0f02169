import type { LoginMethod } from '../policy/facts.ts';
import type { Subject } from '../policy/subject.ts';
import { chapMatches } from '../protocol/chap.ts';
import { MsChapProof, msChap1Matches, msChap2Matches, ntHash } from '../protocol/mschap.ts';
import type { PacketView } from '../protocol/packet-view.ts';
import type { SharedSecret } from '../protocol/secret.ts';
import { SLOT } from '../protocol/slots.ts';
import { papMatches } from '../protocol/user-password.ts';

const NO_NAME = Buffer.alloc(0);

/** Compares the password material of one packet with a subject; one reusable object, set before each decision. */
export class CredentialCheck {
  view: PacketView;
  secret: SharedSecret;
  method: LoginMethod = 'none';
  /** What a matching MS-CHAP login leaves for its reply. */
  readonly proof = new MsChapProof();

  constructor(view: PacketView, secret: SharedSecret) {
    this.view = view;
    this.secret = secret;
  }

  matches(subject: Subject): boolean {
    switch (this.method) {
      case 'pap':
        return papMatches(this.view, this.secret, subject.password);
      case 'chap':
        return chapMatches(this.view, subject.password);
      case 'mschap1':
        return msChap1Matches(this.view, hashOf(subject), this.proof);
      case 'mschap2': {
        const name = this.view.slice(SLOT.userName) ?? NO_NAME;
        return msChap2Matches(this.view, hashOf(subject), name, this.proof);
      }
      default:
        return false;
    }
  }
}

/** The NT hash, kept with the subject after the first MS-CHAP login; small buffers share one slab. */
function hashOf(subject: Subject): Buffer {
  subject.ntHash ??= Buffer.from(ntHash(subject.password.toString('utf8')));
  return subject.ntHash;
}
