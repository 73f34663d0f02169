import type { Database } from '../../db/database.ts';
import type { AccountingReport } from '../../usage/sessions/report.ts';
import { newestSessions, sessionsById } from '../../usage/sessions/session.store.ts';
import { type Entry, type SessionTable, sessionKey } from '../../usage/sessions/session-table.ts';

/**
 * Another host (or a job) wrote one of the rows of a batch: takes the state of its sessions, and of the open sessions
 * beside them, from the database, so that the next judgement is against it. A row that is gone (a database restored
 * to an earlier day) is forgotten: it must not fail its session for ever.
 */
export async function readAgain(
  db: Database,
  table: SessionTable,
  reports: readonly AccountingReport[],
): Promise<void> {
  const found = new Map((await newestSessions(db, reports)).map(({ key, session }) => [key, session]));
  const siblings = new Map<string, Entry>();
  for (const { nasId, acctSessionId, username } of reports) {
    const key = sessionKey(nasId, acctSessionId, username);
    const entry = table.entry(key);
    table.put(entry, found.get(key));
    entry.usageDate = undefined;
  }
  for (const { nasId, acctSessionId, username, serviceId } of reports) {
    const entry = table.find(sessionKey(nasId, acctSessionId, username));
    const first = table.firstOpen(entry?.session?.serviceId || serviceId);
    for (let at = first; at !== undefined; at = at.nextOpen) {
      if (at.session !== undefined) siblings.set(String(at.session.id), at);
    }
  }
  for (const { session } of await sessionsById(db, [...siblings.keys()])) {
    const id = String(session.id);
    const entry = siblings.get(id);
    if (entry !== undefined) table.put(entry, session);
    siblings.delete(id);
  }
  for (const gone of siblings.values()) table.put(gone, undefined);
}
