import { randomFillSync } from 'node:crypto';
import { msChap2Response } from '../../radius/protocol/client-credentials.ts';
import { Md4 } from '../../radius/protocol/md4.ts';
import { MsChapProof, ntHash, successInto } from '../../radius/protocol/mschap.ts';
import { Sha1 } from '../../radius/protocol/sha1.ts';
import { passwordOf, userName } from './population.ts';

const CHALLENGE_SIZE = 16;
const RESPONSE_SIZE = 50;
const SUCCESS_SIZE = 43;
const ENTRY_SIZE = CHALLENGE_SIZE + RESPONSE_SIZE + SUCCESS_SIZE;
const NT_RESPONSE_AT = 26;
const IDENT = 1;

const md4 = new Md4();
const sha1 = new Sha1();
const digest = new Uint8Array(20);

/**
 * The MS-CHAPv2 exchange of every subscriber, made before the clock runs: challenge, response, and the MS-CHAP2-Success
 * that proves the server knows the password too. The server has no way to know that a challenge comes again.
 */
export class MsChapAnswers {
  readonly #entries: Buffer;

  constructor(users: number) {
    this.#entries = Buffer.alloc(users * ENTRY_SIZE);
    for (let user = 0; user < users; user += 1) this.#prepare(user);
  }

  /** Copies the challenge (16 octets) and the response (50 octets) of a subscriber. */
  write(user: number, out: Buffer, challengeAt: number, responseAt: number): void {
    const at = user * ENTRY_SIZE;
    this.#entries.copy(out, challengeAt, at, at + CHALLENGE_SIZE);
    this.#entries.copy(out, responseAt, at + CHALLENGE_SIZE, at + CHALLENGE_SIZE + RESPONSE_SIZE);
  }

  /** Whether `bytes[start, start + size)` is the MS-CHAP2-Success of a subscriber. */
  isSuccess(user: number, bytes: Buffer, start: number, size: number): boolean {
    if (size !== SUCCESS_SIZE) return false;
    const at = user * ENTRY_SIZE + CHALLENGE_SIZE + RESPONSE_SIZE;
    return bytes.compare(this.#entries, at, at + SUCCESS_SIZE, start, start + size) === 0;
  }

  /** RFC 2759 sections 4 and 8.7. */
  #prepare(user: number): void {
    const at = user * ENTRY_SIZE;
    const challenge = randomFillSync(this.#entries.subarray(at, at + CHALLENGE_SIZE));
    const peer = {
      ident: IDENT,
      challenge,
      peerChallenge: randomFillSync(Buffer.alloc(CHALLENGE_SIZE)),
      userName: Buffer.from(userName(user)),
      ntHash: ntHash(passwordOf(user)),
    };
    const response = msChap2Response(peer);
    response.copy(this.#entries, at + CHALLENGE_SIZE);
    const proof = new MsChapProof();
    proof.ident = IDENT;
    sha1.reset().update(peer.peerChallenge).update(challenge).update(peer.userName).digestInto(digest, 0);
    proof.challenge.set(digest.subarray(0, 8));
    proof.ntResponse.set(response.subarray(NT_RESPONSE_AT));
    md4.reset().update(peer.ntHash).digestInto(proof.ntHashHash, 0);
    successInto(this.#entries.subarray(at + CHALLENGE_SIZE + RESPONSE_SIZE, at + ENTRY_SIZE), proof);
  }
}
