import type { Database } from '../../db/database.ts';
import { invalid, notFound } from '../../kernel/errors.ts';
import type { SessionId } from '../../kernel/ids.ts';
import { formatAddress, parseAddressBlock } from '../../kernel/ip.ts';
import {
  type AddressHolder,
  addressHolders,
  listSessions,
  type SessionFilter,
  type SessionReport,
} from './session-report.store.ts';

export type { AddressHolder, SessionFilter, SessionReport };

/** Sessions that fit, the newest first. */
export function readSessions(db: Database, filter: SessionFilter): Promise<SessionReport[]> {
  return listSessions(db, filter);
}

/** A session, open or closed. Throws `session_not_found`. */
export async function readSession(db: Database, id: SessionId): Promise<SessionReport> {
  const [found] = await listSessions(db, { id, includeClosed: true, limit: 1 });
  if (found === undefined) throw notFound('session_not_found', `There is no session ${id}.`);
  return found;
}

const HOLDERS_MAX = 50;

/**
 * Who had an IPv4 address, an IPv6 address or an IPv6 prefix at an instant, the latest first: sessions that were
 * given just it or a prefix that contains it. Throws `validation_failed`.
 */
export function whoHad(db: Database, question: { address: string; at: Date }): Promise<AddressHolder[]> {
  const { at } = question;
  const block = parseAddressBlock(question.address);
  if (block.family === 4) {
    if (block.prefixLength === 32) return addressHolders(db, { at, ipv4: block.text, limit: HOLDERS_MAX });
    const message = `'${question.address}' is many addresses: ask for one IPv4 address.`;
    throw invalid(message, { address: 'must be one IPv4 address, or an IPv6 address or prefix' });
  }
  const prefixes = Array.from({ length: block.prefixLength + 1 }, (_, length) => {
    const host = BigInt(128 - length);
    return `${formatAddress(6, (block.first >> host) << host)}/${length}`;
  });
  return addressHolders(db, { at, prefixes, limit: HOLDERS_MAX });
}
