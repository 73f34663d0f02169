import { type AddressBlock, parseAddress, parseAddressBlock } from '../../kernel/ip.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { FoundSession } from '../../subscribers/import/found.ts';
import { instantIn } from '../../subscribers/import/instants.ts';

/** A session that is over, as it is written. */
export interface PastSession {
  readonly nasId: string;
  readonly nasAddress: string;
  readonly acctSessionId: string;
  readonly username: string;
  readonly startedAt: Date;
  readonly stoppedAt: Date;
  readonly sessionTimeS: bigint;
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
  readonly framedIp: string | null;
  readonly callingStation: string | null;
  readonly cause: string | null;
}

/** Finds the router of an address: the narrowest block that holds it. */
export function nasFinder(
  routers: readonly { readonly id: string; readonly address: string }[],
): (address: string) => string | undefined {
  const blocks = routers
    .flatMap(({ id, address }) => {
      const block = blockOf(address);
      return block === undefined ? [] : [{ id, block }];
    })
    .sort((a, b) => b.block.prefixLength - a.block.prefixLength);
  return (address) => {
    const parsed = parseAddress(address);
    if (parsed === undefined) return undefined;
    const { family, value } = parsed;
    return blocks.find(
      ({ block: { family: of, first, last } }) => of === family && first <= value && value <= last,
    )?.id;
  };
}

/** Undefined for a host name, which is no address of a router here. */
function blockOf(address: string): AddressBlock | undefined {
  try {
    return parseAddressBlock(address);
  } catch {
    return undefined;
  }
}

/** A session of a source as it is kept here, or why it cannot be. */
export function toPastSession(
  found: FoundSession,
  context: { readonly timeZone: string; readonly nasOf: (address: string) => string | undefined },
): Result<PastSession, string> {
  const { stoppedAt, nasAddress } = found;
  if (stoppedAt === undefined) return err('It was open: only sessions that are over are taken.');
  const nasId = context.nasOf(nasAddress);
  if (nasId === undefined) return err(`There is no router with the address ${nasAddress}.`);
  const from = instantIn(found.startedAt, context.timeZone);
  const to = instantIn(stoppedAt, context.timeZone);
  if (from === undefined || to === undefined || to < from) return err('Its times cannot be used.');
  if (found.acctSessionId === '' || found.username === '') return err('It has no id or no user name.');
  const framedIp = found.framedIp ?? '';
  return ok({
    nasId,
    nasAddress,
    acctSessionId: found.acctSessionId,
    username: found.username,
    startedAt: from,
    stoppedAt: to,
    sessionTimeS: countOf(found.sessionTimeS),
    uploadOctets: countOf(found.uploadOctets),
    downloadOctets: countOf(found.downloadOctets),
    framedIp: parseAddress(framedIp) === undefined ? null : framedIp,
    callingStation: found.callingStation || null,
    cause: found.cause?.toLowerCase().replaceAll('-', '_') || null,
  });
}

function countOf(text: string): bigint {
  return /^\d{1,18}$/.test(text) ? BigInt(text) : 0n;
}
