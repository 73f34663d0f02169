import { randomFillSync } from 'node:crypto';
import { Md5 } from '../../radius/protocol/md5.ts';
import type { SharedSecret } from '../../radius/protocol/secret.ts';
import { SLOT } from '../../radius/protocol/slots.ts';
import { hideInto } from '../../radius/protocol/user-password.ts';
import { writeDecimal6, writeHex8, writeMacMiddle, writeUint32 } from './digits.ts';
import type { MsChapAnswers } from './ms-chap-answers.ts';
import { PASSWORD_SIZE, passwordOf } from './population.ts';
import {
  type AccountingKind,
  accessLayout,
  accountingLayout,
  type Method,
  type RequestLayout,
} from './request-layout.ts';

/** Room for any request the bench sends. */
export const REQUEST_SIZE_MAX = 512;
/** Seconds of session time from one report to the next. */
export const INTERIM_S = 300;

const AUTHENTICATOR_AT = 4;
const SIGNATURE_AT = 22;
const GIGAWORD = 2 ** 32;
const UPLOAD_PACKET_OCTETS = 700;
const DOWNLOAD_PACKET_OCTETS = 1_200;
const FIRST_FRAMED_IP = 0x64_40_00_00;
const NAS_PORT_BASE = 15_728_640;
const CHAP_IDENT = 7;

/** What an accounting packet says of its session. */
export interface SessionFacts {
  readonly user: number;
  /** Number of the session; its Acct-Session-Id in hexadecimal. */
  readonly session: number;
  /** Reports since the Start, this one included. */
  readonly step: number;
  readonly uploadOctets: number;
  readonly downloadOctets: number;
  /** As the Accept gave it; empty when there was none. */
  readonly classValue: Buffer;
}

/**
 * Writes requests into buffers of the caller: a prepared layout is copied and the few octets that differ are filled in,
 * so that the generator costs the machine as little as it can. One instance, one packet at a time.
 */
export class RequestBuilder {
  readonly #secret: SharedSecret;
  readonly #msChap: () => MsChapAnswers;
  readonly #access: Readonly<Record<Method, RequestLayout>> = {
    pap: accessLayout('pap'),
    chap: accessLayout('chap'),
    mschapv2: accessLayout('mschapv2'),
  };
  readonly #accounting: Readonly<Record<AccountingKind, RequestLayout>> = {
    start: accountingLayout('start'),
    interim: accountingLayout('interim'),
    stop: accountingLayout('stop'),
  };
  readonly #md5 = new Md5();
  readonly #random = new RandomPool();
  readonly #password = Buffer.alloc(PASSWORD_SIZE);

  /** `msChap` is asked only when a request needs it. */
  constructor(secret: SharedSecret, msChap: () => MsChapAnswers) {
    this.#secret = secret;
    this.#msChap = msChap;
  }

  /** Writes a signed Access-Request and returns its length. */
  access(out: Buffer, id: number, login: { method: Method; user: number; session: number }): number {
    const layout = this.#access[login.method];
    const length = this.#begin(out, id, layout, login.user, login.session);
    this.#random.write(out, AUTHENTICATOR_AT);
    this.#prove(out, layout, login.method, login.user);
    this.#secret.hmac.signInto(out, 0, length, out, SIGNATURE_AT);
    return length;
  }

  /** Writes a signed Accounting-Request and returns its length; `nowS` is its Event-Timestamp. */
  accounting(out: Buffer, id: number, kind: AccountingKind, facts: SessionFacts, nowS: number): number {
    const layout = this.#accounting[kind];
    let length = this.#begin(out, id, layout, facts.user, facts.session);
    writeUint32(out, layout.framedIp, FIRST_FRAMED_IP + facts.user);
    writeUint32(out, layout.eventTimestamp, nowS);
    if (kind !== 'start') writeCounters(out, layout, facts);
    if (facts.classValue.length > 0) length = appendClass(out, length, facts.classValue);
    // The signature of a keyed code is made over a zero authenticator (RFC 5176 section 3.4, RFC 2869 section 5.14).
    this.#secret.hmac.signInto(out, 0, length, out, SIGNATURE_AT);
    this.#md5.reset().update(out, 0, length).update(this.#secret.bytes).digestInto(out, AUTHENTICATOR_AT);
    return length;
  }

  #begin(out: Buffer, id: number, layout: RequestLayout, user: number, session: number): number {
    const { packet } = layout;
    packet.copy(out, 0);
    out[1] = id;
    writeDecimal6(out, layout.userDigits, user);
    writeMacMiddle(out, layout.macMiddle, user);
    writeUint32(out, layout.nasPort, NAS_PORT_BASE + user);
    writeHex8(out, layout.sessionId, session);
    return packet.length;
  }

  #prove(out: Buffer, layout: RequestLayout, method: Method, user: number): void {
    const { secretFirst, secretSecond } = layout;
    if (method === 'mschapv2') {
      this.#msChap().write(user, out, secretFirst, secretSecond);
      return;
    }
    const password = this.#password;
    password.write(passwordOf(user), 'latin1');
    if (method === 'pap') {
      password.copy(out, secretFirst);
      hideInto(out, secretFirst, 16, out, AUTHENTICATOR_AT, this.#secret);
      return;
    }
    this.#random.write(out, secretFirst);
    out[secretSecond] = CHAP_IDENT;
    this.#md5
      .reset()
      .update(out, secretSecond, secretSecond + 1)
      .update(password);
    this.#md5.update(out, secretFirst, secretFirst + 16).digestInto(out, secretSecond + 1);
  }
}

function writeCounters(out: Buffer, layout: RequestLayout, facts: SessionFacts): void {
  const { uploadOctets, downloadOctets } = facts;
  writeUint32(out, layout.sessionTime, facts.step * INTERIM_S);
  writeUint32(out, layout.upload, uploadOctets % GIGAWORD);
  writeUint32(out, layout.uploadGigawords, Math.floor(uploadOctets / GIGAWORD));
  writeUint32(out, layout.uploadPackets, Math.floor(uploadOctets / UPLOAD_PACKET_OCTETS));
  writeUint32(out, layout.download, downloadOctets % GIGAWORD);
  writeUint32(out, layout.downloadGigawords, Math.floor(downloadOctets / GIGAWORD));
  writeUint32(out, layout.downloadPackets, Math.floor(downloadOctets / DOWNLOAD_PACKET_OCTETS));
}

function appendClass(out: Buffer, length: number, value: Buffer): number {
  out[length] = SLOT.class;
  out[length + 1] = value.length + 2;
  value.copy(out, length + 2);
  const total = length + 2 + value.length;
  out[2] = total >>> 8;
  out[3] = total;
  return total;
}

/** Random octets 16 at a time, drawn from the operating system in larger portions. */
class RandomPool {
  readonly #pool = Buffer.alloc(65_536);
  #at = this.#pool.length;

  write(out: Buffer, at: number): void {
    if (this.#at === this.#pool.length) {
      randomFillSync(this.#pool);
      this.#at = 0;
    }
    this.#pool.copy(out, at, this.#at, this.#at + 16);
    this.#at += 16;
  }
}
