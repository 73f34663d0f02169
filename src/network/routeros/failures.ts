import { messageOf } from '../../kernel/errors.ts';
import { RouterError, type RouterErrorCode } from '../router-error.ts';
import { quoted } from './quoted.ts';

const ENABLE = {
  plain: '/ip service enable api',
  tls: '/ip service set api-ssl disabled=no certificate=isp-billing-api',
};

/** The lines that give a router a certificate of its own and turn api-ssl on. */
export const TLS_ON =
  '/certificate add name=isp-billing-api common-name=router-api key-usage=digital-signature,key-encipherment,tls-server ' +
  `days-valid=3650; /certificate sign isp-billing-api; ${ENABLE.tls}`;

/** Why a connection could not be made, from what the system said. */
export function connectFailure(
  error: unknown,
  at: { readonly where: string; readonly isTls: boolean },
): RouterError {
  const { where, isTls } = at;
  const code = systemCode(error);
  const say = (as: RouterErrorCode, words: string, fix?: string): RouterError =>
    new RouterError(as, words, { fix, cause: error });
  switch (code) {
    case 'ECONNREFUSED':
      return say(
        'router_refused',
        `${where} refused the connection: the ${isTls ? 'api-ssl' : 'api'} service is off, on another port, or ` +
          'closed to this server.',
        isTls ? ENABLE.tls : ENABLE.plain,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say('router_host_unknown', `${where} has no address: the name is unknown (${code}).`);
    case 'ETIMEDOUT':
      return say(
        'router_unreachable',
        `${where} does not answer: it is off, the address is wrong, or a firewall drops the connection.`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return say('router_unreachable', `There is no way to ${where} (${code}): check routes and tunnel.`);
    default:
      return say('router_unreachable', `${where} cannot be reached: ${code ?? messageOf(error)}.`);
  }
}

/** Why TLS was not agreed on a connection that stood. */
export function tlsFailure(error: unknown, where: string): RouterError {
  const code = systemCode(error) ?? '';
  const text = messageOf(error);
  if (/HANDSHAKE_FAILURE|NO_SHARED_CIPHER|handshake failure/i.test(`${code} ${text}`)) {
    return new RouterError('router_tls_failed', `${where} has no certificate for api-ssl.`, {
      fix: TLS_ON,
      cause: error,
    });
  }
  return new RouterError(
    'router_tls_failed',
    `${where} does not speak TLS on this port (${code || text}): api-ssl listens on 8729, the plain API on 8728. ` +
      'Correct the port, or turn TLS off for this router.',
    { fix: ENABLE.tls, cause: error },
  );
}

/** A certificate other than the pinned one. */
export function certificateChanged(where: string, shown: string, pinned: string): RouterError {
  return new RouterError(
    'router_certificate_changed',
    `${where} shows another certificate than the one pinned: ${shown} instead of ${pinned}. The password was not ` +
      'sent. If the certificate was renewed on purpose, forget the pinned fingerprint; otherwise somebody is in between.',
  );
}

/** An error on a connection that stood. */
export function connectionFailure(error: unknown, where: string): RouterError {
  return new RouterError(
    'router_connection_lost',
    `The connection to ${where} broke (${systemCode(error) ?? messageOf(error)}).`,
    { cause: error },
  );
}

/** The router ended the session in words. */
export function fatal(where: string, words: readonly string[]): RouterError {
  const reason = words.join(' ').replace(/^=message=/, '');
  return new RouterError(
    'router_session_ended',
    `${where} ended the session: ${reason || 'no reason given'}.`,
  );
}

/** Something of a size no router sends. */
export function absurd(where: string, words: string): RouterError {
  return new RouterError(
    'router_reply_absurd',
    `${where} sent what no RouterOS sends: ${words} The connection was closed.`,
  );
}

/** Who else listens there, told from its first octets; undefined when they may be those of a reply. */
export function notRouterOs(first: Uint8Array, where: string): RouterError | undefined {
  // A reply word is short and begins with an exclamation mark, so its length is one octet.
  if (first.length < 2 || (first[0] < 0x80 && first[1] === 0x21)) return undefined;
  const isTlsRecord = (first[0] === 0x15 || first[0] === 0x16) && first[1] === 0x03;
  return new RouterError(
    'router_not_routeros',
    isTlsRecord
      ? `${where} speaks TLS: turn TLS on for this router, or use the port of the plain API (8728).`
      : `${where} does not speak the RouterOS API: another service, or a router of another make, listens there.`,
  );
}

/** The router does not let the user in; `words` is what it said. */
export function loginFailure(where: string, username: string, words: string): RouterError {
  return new RouterError(
    'router_login_failed',
    `${where} does not let '${username}' in (${words}): the name or the password is wrong, or the user may not come ` +
      'from this address.',
    {
      fix: `/user set [find name=${quoted(username)}] password="THE-PASSWORD-HERE" address=ADDRESS-OF-THIS-SERVER/32`,
    },
  );
}

function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
