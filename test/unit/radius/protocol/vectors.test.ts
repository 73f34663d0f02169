import { describe, expect, it } from 'vitest';
import { chapMatches } from '../../../../src/radius/protocol/chap.ts';
import { hasKeyedAuthenticator } from '../../../../src/radius/protocol/code.ts';
import {
  decodeAttributes,
  decodePacket,
  encodeAttributes,
  verifyReply,
} from '../../../../src/radius/protocol/codec.ts';
import {
  MsChapProof,
  msChap1Matches,
  msChap2Matches,
  ntHash,
} from '../../../../src/radius/protocol/mschap.ts';
import { PacketView } from '../../../../src/radius/protocol/packet-view.ts';
import {
  checkMessageAuthenticator,
  hasValidRequestAuthenticator,
} from '../../../../src/radius/protocol/request-check.ts';
import { SharedSecret } from '../../../../src/radius/protocol/secret.ts';
import { SLOT } from '../../../../src/radius/protocol/slots.ts';
import { papMatches } from '../../../../src/radius/protocol/user-password.ts';
import { readVectors, type Vector } from './vector-file.ts';

const vectors = readVectors();
const sound = vectors.filter((vector) => vector.error === undefined);
const view = new PacketView();

function where(isWanted: (vector: Vector) => boolean): [string, Vector][] {
  const found = sound.filter(isWanted).map((vector): [string, Vector] => [vector.name, vector]);
  expect(found).not.toHaveLength(0);
  return found;
}

function requestOf(vector: Vector): Buffer {
  const request = vectors.find((other) => other.name === vector.answers);
  if (request === undefined) throw new Error(`${vector.name} answers an unknown vector.`);
  return request.packet;
}

function proves(vector: Vector, password: string): boolean {
  const secret = new SharedSecret(vector.secret ?? '');
  const clear = Buffer.from(password, 'utf8');
  expect(view.read(vector.packet)).toBeNull();
  if (view.has(SLOT.userPassword)) return papMatches(view, secret, clear);
  if (view.has(SLOT.chapPassword)) return chapMatches(view, clear);
  const proof = new MsChapProof();
  if (view.has(SLOT.msChapResponse)) return msChap1Matches(view, ntHash(password), proof);
  return msChap2Matches(view, ntHash(password), view.slice(SLOT.userName) ?? Buffer.alloc(0), proof);
}

describe('malformed datagrams', () => {
  it.each(vectors.filter((vector) => vector.error).map((vector): [string, Vector] => [vector.name, vector]))(
    '%s is refused',
    (_, vector) => {
      expect(view.read(vector.packet)).toBe(vector.error);
      expect(decodePacket(vector.packet)).toEqual({ ok: false, error: vector.error });
    },
  );
});

describe('sound packets', () => {
  it.each(where(() => true))('%s decodes to its attributes', (_, vector) => {
    expect(view.read(vector.packet)).toBeNull();
    const decoded = decodeAttributes(vector.packet).map(({ name, value }) => ({ name, value }));
    expect(decoded).toEqual(vector.attributes);
  });

  it.each(where((vector) => vector['one-way'] === undefined))('%s encodes to its octets', (_, vector) => {
    const encoded = encodeAttributes(vector.attributes);
    const length = vector.packet.readUInt16BE(2);
    const octets = vector.packet.toString('hex', 20, length);
    expect(encoded.ok ? encoded.value.toString('hex') : encoded.error).toBe(octets);
  });

  it.each(where((vector) => vector.password !== undefined))('%s proves its password only', (_, vector) => {
    const password = vector.password ?? '';
    expect(proves(vector, password)).toBe(true);
    expect(proves(vector, `${password}x`)).toBe(false);
    expect(proves(vector, password.slice(1))).toBe(password === '');
  });
});

describe('signatures', () => {
  const signed = (vector: Vector) => vector['message-authenticator'] !== undefined;
  it.each(where((vector) => signed(vector) && !vector.answers))(
    '%s has the Message-Authenticator it says',
    (_, vector) => {
      view.read(vector.packet);
      const found = checkMessageAuthenticator(view, new SharedSecret(vector.secret ?? ''));
      expect(found).toBe(vector['message-authenticator']);
    },
  );

  it.each(where((vector) => hasKeyedAuthenticator(vector.packet[0]) && !vector.answers))(
    '%s has the Request Authenticator it says',
    (_, vector) => {
      view.read(vector.packet);
      const isValid = hasValidRequestAuthenticator(view, new SharedSecret(vector.secret ?? ''));
      expect(isValid ? 'valid' : 'invalid').toBe(vector.authenticator);
    },
  );

  it.each(where((vector) => vector.answers !== undefined))(
    '%s is judged against its request',
    (_, vector) => {
      const secret = new SharedSecret(vector.secret ?? '');
      const fault = verifyReply(vector.packet, requestOf(vector), secret);
      expect(fault).toBe(vector.authenticator === 'valid' ? null : 'response_authenticator');
      const demanded = verifyReply(vector.packet, requestOf(vector), secret, {
        requireMessageAuthenticator: true,
      });
      const isSigned = vector['message-authenticator'] === 'valid';
      if (fault === null) expect(demanded).toBe(isSigned ? null : 'message_authenticator_missing');
    },
  );
});
