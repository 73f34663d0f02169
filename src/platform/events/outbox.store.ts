import type { Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { outbox } from '../../db/schema/platform.ts';
import type { DomainEvent } from './event.ts';

/** Records an event in the transaction of the change it tells of; it is delivered at least once after commit. */
export async function recordEvent(tx: Transaction, event: DomainEvent): Promise<void> {
  await orm(tx).insert(outbox).values({ topic: event.topic, payload: event.payload });
}
