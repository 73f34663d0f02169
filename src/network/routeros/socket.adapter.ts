import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { RouterAccess, RouterStage } from '../router.port.ts';
import { RouterError } from '../router-error.ts';
import { certificateChanged, connectFailure, tlsFailure } from './failures.ts';

/** A socket on which the login can follow. */
export interface OpenSocket {
  readonly socket: Socket;
  /** SHA-256 of the certificate shown; undefined without TLS. */
  readonly fingerprint: string | undefined;
}

/** How the messages name a router. */
export function whereOf(access: Pick<RouterAccess, 'host' | 'port'>): string {
  return isIP(access.host) === 6 ? `[${access.host}]:${access.port}` : `${access.host}:${access.port}`;
}

/** Resolves, connects and, where asked for, agrees TLS, each within `timeoutMs`; rejects with a RouterError. */
export async function openSocket(
  access: RouterAccess,
  timeoutMs: number,
  onStage: (stage: RouterStage) => void,
): Promise<OpenSocket> {
  const at = { where: whereOf(access), isTls: access.isTls };
  const address = await resolve(access.host).catch((error: unknown) => {
    throw connectFailure(error, at);
  });
  onStage({ stage: 'resolved', address });
  const socket = connectTcp({ host: address, port: access.port, noDelay: true, keepAlive: true });
  await settled(socket, 'connect', timeoutMs).catch((error: unknown) => {
    socket.destroy();
    throw connectFailure(error, at);
  });
  onStage({ stage: 'connected', localAddress: socket.localAddress ?? '' });
  if (!access.isTls) return { socket, fingerprint: undefined };
  const { secured, fingerprint } = await secure(socket, access, timeoutMs);
  onStage({ stage: 'secured', fingerprint });
  return { socket: secured, fingerprint };
}

async function resolve(host: string): Promise<string> {
  return isIP(host) === 0 ? (await lookup(host)).address : host;
}

/**
 * Routers sign their certificates themselves, so no authority vouches for them: the certificate itself is pinned. It
 * is compared before anything is sent.
 */
async function secure(
  socket: Socket,
  access: RouterAccess,
  timeoutMs: number,
): Promise<{ secured: TLSSocket; fingerprint: string }> {
  const where = whereOf(access);
  const secured = connectTls({ socket, rejectUnauthorized: false, minVersion: 'TLSv1.2' });
  // Whatever happens to it later: a socket without a listener for errors ends the process.
  secured.on('error', () => {});
  await settled(secured, 'secureConnect', timeoutMs).catch((error: unknown) => {
    secured.destroy();
    socket.destroy();
    throw tlsFailure(error, where);
  });
  const fingerprint = secured.getPeerCertificate().fingerprint256;
  const isPinned = access.fingerprint === undefined || sameFingerprint(access.fingerprint, fingerprint);
  if (fingerprint && isPinned) return { secured, fingerprint };
  secured.destroy();
  throw fingerprint
    ? certificateChanged(where, fingerprint, access.fingerprint ?? '')
    : new RouterError('router_tls_failed', `${where} shows no certificate that could be pinned.`);
}

/** Operators paste fingerprints with and without colons, in either case. */
function sameFingerprint(one: string, other: string): boolean {
  const plain = (text: string): string => text.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();
  return plain(one) === plain(other);
}

/** Resolves at `event`; rejects at an error, at the end of the socket, or with ETIMEDOUT. */
function settled(socket: Socket, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error): void => {
      clearTimeout(timer);
      socket.off(event, onEvent);
      socket.off('close', onClose);
      // The listener for errors stays: one may follow what has been reported already.
      if (error === undefined) resolve();
      else reject(error);
    };
    const onEvent = (): void => done();
    const onClose = (): void => done(withCode('The connection was closed.', 'ECONNRESET'));
    const timer = setTimeout(() => done(withCode('No answer in time.', 'ETIMEDOUT')), timeoutMs);
    socket.once(event, onEvent);
    socket.once('close', onClose);
    socket.on('error', done);
  });
}

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
