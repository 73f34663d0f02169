import type { Transaction } from '../../db/database.ts';
import type { DomainEvent } from './event.ts';

/** Records an event in the transaction of the change it tells of; it is delivered at least once after commit. */
export async function recordEvent(tx: Transaction, event: DomainEvent): Promise<void> {
  await tx.query('insert into outbox (topic, payload) values ($1::text, $2::jsonb)', [
    event.topic,
    JSON.stringify(event.payload),
  ]);
}
