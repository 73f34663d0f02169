import type { NasId } from '../../../../src/kernel/ids.ts';
import { CODE } from '../../../../src/radius/protocol/code.ts';
import { type AttributeInput, buildRequest } from '../../../../src/radius/protocol/codec.ts';
import { PacketView } from '../../../../src/radius/protocol/packet-view.ts';
import { SharedSecret } from '../../../../src/radius/protocol/secret.ts';
import { type NasRecord, toNasClient } from '../../../../src/radius/server/nas-clients.ts';
import type { NasClient } from '../../../../src/radius/server/nas-directory.ts';

export const secret = 'a-shared-secret-of-24-ch';

/** A NAS as stored; id 1 at 192.0.2.1 unless the test says otherwise. */
export function nas(
  parts: Partial<Omit<NasRecord, 'secret' | 'previousSecret'>> & { secret?: string; previous?: string } = {},
): NasClient {
  const { secret: current = secret, previous, ...rest } = parts;
  return toNasClient({
    id: '1' as NasId,
    name: 'edge-1',
    address: '192.0.2.1',
    nasIdentifier: undefined,
    requireMessageAuthenticator: 'auto',
    hasLearntToSign: false,
    limitProxyState: 'yes',
    swapOctets: false,
    interimIntervalS: undefined,
    shadow: undefined,
    secret: Buffer.from(current),
    previousSecret: previous === undefined ? undefined : Buffer.from(previous),
    ...rest,
  });
}

/** A request as the dispatcher sees it. */
export function packet(parts: {
  code?: number;
  secret?: string;
  signed?: boolean;
  attributes?: readonly AttributeInput[];
  userPassword?: string;
}): PacketView {
  const built = buildRequest({
    code: parts.code ?? CODE.accessRequest,
    id: 1,
    attributes: parts.attributes ?? [{ name: 'User-Name', value: 'alice' }],
    secret: new SharedSecret(parts.secret ?? secret),
    messageAuthenticator: parts.signed ?? true,
    ...(parts.userPassword === undefined ? {} : { userPassword: parts.userPassword }),
  });
  if (!built.ok) throw new Error(built.error);
  return viewOf(built.value);
}

export function viewOf(datagram: Buffer): PacketView {
  const view = new PacketView();
  const fault = view.read(datagram);
  if (fault !== null) throw new Error(fault);
  return view;
}
