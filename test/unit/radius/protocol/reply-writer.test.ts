import { beforeEach, describe, expect, it } from 'vitest';
import { decodeAttributes, verifyReply } from '../../../../src/radius/protocol/codec.ts';
import { PacketView } from '../../../../src/radius/protocol/packet-view.ts';
import { ReplyWriter } from '../../../../src/radius/protocol/reply-writer.ts';
import { SharedSecret } from '../../../../src/radius/protocol/secret.ts';
import { accessRequest, attribute } from './packets.ts';

const secret = new SharedSecret('testing123');
const view = new PacketView();
const writer = new ReplyWriter();
const request = accessRequest(attribute(1, 'bob'), attribute(33, [1, 2]), attribute(33, [3]));

function written(): Buffer {
  return Buffer.from(writer.buffer.subarray(0, writer.finish(view, secret)));
}

function attributesOf(reply: Buffer): string[] {
  return decodeAttributes(reply).map(({ name, value }) => `${name} = ${value}`);
}

describe('ReplyWriter', () => {
  beforeEach(() => {
    view.read(request);
  });

  it.each([
    ['Access-Accept', 2, true],
    ['Access-Reject', 3, true],
    ['Access-Challenge', 11, true],
    ['Accounting-Response', 5, false],
    ['Disconnect-ACK', 41, false],
  ])('by default an %s (%i) has Message-Authenticator first: %s', (_, code, isFirst) => {
    writer.begin(code).uint32(27, 60);
    const reply = written();
    expect(decodeAttributes(reply)[0].name === 'Message-Authenticator').toBe(isFirst);
    expect(verifyReply(reply, request, secret, { requireMessageAuthenticator: isFirst })).toBeNull();
  });

  it('signs an Accounting-Response when asked, as the answer to a Status-Server', () => {
    writer.begin(5, true);
    expect(verifyReply(written(), request, secret, { requireMessageAuthenticator: true })).toBeNull();
  });

  it('writes each kind of attribute', () => {
    writer
      .begin(2, false)
      .uint32(27, 0xfffffffe)
      .text(11, 'plain')
      .text(18, 'größer')
      .bytesAttribute(25, Buffer.of(0, 255))
      .vendor(14988, 8, Buffer.from('5M/20M'))
      .vendorUint32(311, 7, 1)
      .raw(attribute(88, 'pool'));
    expect(attributesOf(written())).toEqual([
      'Session-Timeout = 4294967294',
      'Filter-Id = plain',
      'Reply-Message = größer',
      'Class = 0x00ff',
      'Mikrotik-Rate-Limit = 5M/20M',
      'MS-MPPE-Encryption-Policy = Encryption-Allowed',
      'Framed-Pool = pool',
    ]);
  });

  it('echoes Proxy-State unmodified and in order', () => {
    writer.begin(3).proxyStates(view);
    expect(attributesOf(written()).slice(1)).toEqual(['Proxy-State = 0x0102', 'Proxy-State = 0x03']);
  });

  it('keeps nothing of the reply before', () => {
    writer.begin(2).text(18, 'x'.repeat(200)).finish(view, secret);
    writer.begin(3);
    const reply = written();
    expect(reply.length).toBe(38);
    expect(verifyReply(reply, request, secret, { requireMessageAuthenticator: true })).toBeNull();
  });

  it('fills 4096 octets to the last and refuses one more without writing', () => {
    writer.begin(2, false);
    for (let i = 0; i < 15; i++) writer.bytesAttribute(79, Buffer.alloc(253));
    writer.bytesAttribute(79, Buffer.alloc(248));
    expect(writer.length).toBe(4095);
    expect(() => writer.raw(Buffer.alloc(2))).toThrow(RangeError);
    expect(() => writer.uint32(27, 1)).toThrow(RangeError);
    expect(() => writer.proxyStates(view)).toThrow(RangeError);
    expect(writer.length).toBe(4095);
    expect(writer.raw(Buffer.alloc(1)).length).toBe(4096);
  });

  it.each([
    ['text', () => writer.text(18, 'ü'.repeat(127))],
    ['octets', () => writer.bytesAttribute(25, Buffer.alloc(254))],
    ['vendor octets', () => writer.vendor(14988, 8, Buffer.alloc(248))],
  ])('refuses %s that fit no attribute', (_, write) => {
    writer.begin(2);
    expect(write).toThrow(RangeError);
    expect(writer.length).toBe(38);
  });
});
