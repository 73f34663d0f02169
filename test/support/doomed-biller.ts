import { openLanePool } from '../../src/db/lane-pool.ts';
import { type BillerOrder, carryOut } from './billing-order.ts';
import { doomedDatabase } from './doomed-database.ts';

// A process that is sent one order, carries it out and ends; with a doom it ends there.
process.once('message', async (order: BillerOrder) => {
  const db = openLanePool({ url: order.url, lanes: 2, name: 'netflow-test-biller' });
  await carryOut(order.doom === undefined ? db : doomedDatabase(db, order.doom), order);
  await db.close();
  process.disconnect();
});
