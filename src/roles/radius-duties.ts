import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { recordContacts } from '../network/nas/nas-contact.store.ts';
import type { Logger } from '../platform/logger.port.ts';
import { dropLine } from '../radius/auth/auth-log.ts';
import type { AuthLogWriter } from '../radius/auth/auth-log-writer.service.ts';
import type { DropNotes } from '../radius/server/drop-notes.ts';
import type { NasDirectory, Source } from '../radius/server/nas-directory.ts';
import { ensurePartitions } from '../usage/partitions.store.ts';

const MINUTE_MS = 60_000;
const PARTITIONS_EVERY_MINUTES = 60;

/** Writes which NAS this host has heard; the newest source speaks for a block of addresses. */
export async function contactsOf(db: Database, host: string, nasDirectory: NasDirectory): Promise<void> {
  const newest = new Map<string, Source>();
  for (const source of nasDirectory.sources) {
    const id = source.lastNas?.id;
    if (id === undefined) continue;
    const known = newest.get(id);
    if (known === undefined || heardAt(source) > heardAt(known)) newest.set(id, source);
  }
  if (newest.size === 0) return;
  await recordContacts(
    db,
    host,
    [...newest].map(([nasId, source]) => ({
      nasId,
      authAtMs: source.lastAuthAtMs || null,
      acctAtMs: source.lastAcctAtMs || null,
      address: source.address,
    })),
  );
}

/** Once a minute: drops are logged and kept, once an hour the day partitions to come are made. Returns how to stop. */
export function minuteDuties(parts: {
  readonly clock: Clock;
  readonly dropNotes: DropNotes;
  readonly authLog: AuthLogWriter;
  readonly db: Database;
  readonly logger: Logger;
}): () => void {
  let minutes = 0;
  const flushDrops = (): void => {
    const at = new Date(parts.clock.nowMs()).toISOString();
    for (const note of parts.dropNotes.flush()) parts.authLog.add(dropLine(at, note));
  };
  const timer = setInterval(() => {
    minutes += 1;
    flushDrops();
    if (minutes % PARTITIONS_EVERY_MINUTES !== 0) return;
    ensurePartitions(parts.db).catch((error: unknown) =>
      parts.logger.warn({ event: 'usage.partitions_not_made', err: error }),
    );
  }, MINUTE_MS);
  return () => {
    clearInterval(timer);
    flushDrops();
  };
}

function heardAt(source: Source): number {
  return Math.max(source.lastAuthAtMs, source.lastAcctAtMs);
}
