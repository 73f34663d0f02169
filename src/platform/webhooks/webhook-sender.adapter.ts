import { type LookupAddress, lookup } from 'node:dns';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { messageOf } from '../../kernel/errors.ts';
import type { SendOutcome, WebhookSender } from './webhook-sender.port.ts';

const TIMEOUT_MS = 10_000;

/** Sends webhooks; the address that is connected to is the one that was checked, and no redirect is followed. */
export function openWebhookSender(timeoutMs = TIMEOUT_MS): WebhookSender {
  return {
    send: (order) =>
      new Promise<SendOutcome>((resolve) => {
        const startedMs = performance.now();
        const fail = (error: unknown): void => resolve({ kind: 'unreached', reason: messageOf(error) });
        try {
          const url = new URL(order.url);
          const host = url.hostname.replace(/^\[|\]$/g, '');
          if (isIP(host) !== 0) assertMayCall(host, order.allowsPrivate);
          const options: RequestOptions = {
            method: 'POST',
            headers: { ...order.headers, 'Content-Length': Buffer.byteLength(order.body) },
            lookup: guardedLookup(order.allowsPrivate),
            signal: AbortSignal.timeout(timeoutMs),
            agent: false,
          };
          const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
          const request = send(url, options, (response) => {
            const { statusCode: status = 0 } = response;
            // What it says is of no interest, and may be endless.
            response.destroy();
            resolve({ kind: 'answered', status, tookMs: Math.round(performance.now() - startedMs) });
          });
          request.on('error', fail);
          request.end(order.body);
        } catch (error) {
          fail(error);
        }
      }),
  };
}

function guardedLookup(allowsPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '', 0);
      const [first] = found;
      try {
        for (const { address } of found) assertMayCall(address, allowsPrivate);
      } catch (refusal) {
        return callback(refusal instanceof Error ? refusal : new Error(messageOf(refusal)), '', 0);
      }
      if (first === undefined) return callback(new Error(`${hostname} has no address.`), '', 0);
      if (options.all === true) return callback(null, found satisfies LookupAddress[]);
      callback(null, first.address, first.family);
    });
  };
}

function assertMayCall(address: string, allowsPrivate: boolean): void {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (NEVER.check(address, family))
    throw new Error(`${address} is never called: it is nobody's own address.`);
  if (allowsPrivate || !PRIVATE.check(address, family)) return;
  throw new Error(`${address} is private: the setting webhooks_allow_private forbids calling it.`);
}

/** This network, link-local (where clouds keep their secrets), multicast, reserved, and IPv4 behind IPv6 prefixes. */
const NEVER = blockList([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  ['64:ff9b::', 96],
  ['2002::', 16],
]);

const PRIVATE = blockList([
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['::1', 128],
  ['fc00::', 7],
]);

/** A BlockList finds IPv4 addresses in their mapped form (`::ffff:10.0.0.1`) too. */
function blockList(networks: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of networks) {
    list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
