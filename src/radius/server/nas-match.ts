import type { PacketView } from '../protocol/packet-view.ts';
import { checkMessageAuthenticator, hasValidRequestAuthenticator } from '../protocol/request-check.ts';
import type { SharedSecret } from '../protocol/secret.ts';
import { SLOT } from '../protocol/slots.ts';
import type { DropReason } from './counters.ts';
import type { NasClient, Source } from './nas-directory.ts';

/** Which NAS and secret a packet belongs to; one reusable object, filled by `matchNas`. */
export class NasMatch {
  nas: NasClient | undefined;
  secret: SharedSecret | undefined;
  isSigned = false;
}

/**
 * Finds the NAS whose secret verifies the packet (keyed authenticator for accounting, Message-Authenticator where
 * present). An Access-Request without one proves nothing: it goes to the secret that verified last, or the current.
 * Returns why the packet must be dropped, or null with `match` filled. Where only one NAS has the address, `match`
 * names it even then, for the drop note.
 */
export function matchNas(
  view: PacketView,
  source: Source,
  isKeyed: boolean,
  match: NasMatch,
): DropReason | null {
  const signed = view.has(SLOT.messageAuthenticator);
  const identifier = source.candidates.length > 1 ? view.text(SLOT.nasIdentifier) : undefined;
  for (const nas of source.candidates) {
    if (source.candidates.length > 1 && nas.nasIdentifier !== null && nas.nasIdentifier !== identifier)
      continue;
    for (const secret of nas.secrets) {
      if (isKeyed && !hasValidRequestAuthenticator(view, secret)) continue;
      if (signed && checkMessageAuthenticator(view, secret) !== 'valid') continue;
      match.nas = nas;
      match.secret = secret;
      match.isSigned = signed;
      if (signed || isKeyed) source.lastSecret = secret;
      else if (source.lastSecret !== undefined && nas.secrets.includes(source.lastSecret))
        match.secret = source.lastSecret;
      source.lastNas = nas;
      return null;
    }
  }
  match.nas = source.candidates.length === 1 ? source.candidates[0] : undefined;
  match.secret = undefined;
  return 'bad_authenticator';
}

/** The BlastRADIUS rules for an unsigned Access-Request (CVE-2024-3596; radius-protocol.md section 2). */
export function refuseUnsigned(view: PacketView, nas: NasClient): DropReason | null {
  if (view.has(SLOT.eapMessage)) return 'unsigned_eap';
  const { requireMessageAuthenticator: required, limitProxyState } = nas;
  if (required === 'yes' || (required === 'auto' && nas.hasLearntToSign)) return 'unsigned';
  if (
    view.has(SLOT.proxyState) &&
    (limitProxyState === 'yes' || (limitProxyState === 'auto' && nas.hasLearntToSign))
  ) {
    return 'unsigned_proxy_state';
  }
  return null;
}
