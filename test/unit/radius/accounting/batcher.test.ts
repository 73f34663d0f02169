import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ConnectionLossError } from '../../../../src/db/constraint-errors.ts';
import type { Database } from '../../../../src/db/database.ts';
import { LocalHours } from '../../../../src/kernel/calendar.ts';
import {
  AccountingBatcher,
  LIMITS,
  type PendingReport,
} from '../../../../src/radius/accounting/batcher.service.ts';
import { IdBlocks } from '../../../../src/radius/accounting/id-blocks.service.ts';
import type { AccountingReport } from '../../../../src/usage/sessions/report.ts';
import { judge, type Session } from '../../../../src/usage/sessions/session.ts';
import { SessionTable } from '../../../../src/usage/sessions/session-table.ts';
import { rememberingLogger } from '../../../support/silent-logger.ts';
import { report, start } from '../../usage/sessions/factories.ts';

type Commit = (params: readonly unknown[]) => Promise<void>;

/** A batcher over a database of which only the failures matter: `commit` stands for the one statement of a batch. */
class Bench {
  readonly table = new SessionTable();
  readonly logger = rememberingLogger();
  readonly told: string[] = [];
  readonly batcher: AccountingBatcher;
  commit: Commit = async () => undefined;
  commits = 0;
  tick = 0;

  constructor() {
    let block = 0;
    const query = async (text: string, params: readonly unknown[] = []): Promise<unknown[]> => {
      if (text.includes('session_id_blocks')) return [{ block: String(++block) }];
      if (text.startsWith('select')) return [];
      this.commits += 1;
      await this.commit(params);
      return [];
    };
    // Only these two calls are made.
    const db = { query, copyIn: query } as unknown as Database;
    this.batcher = new AccountingBatcher({
      db,
      table: this.table,
      ids: new IdBlocks(db),
      rules: () => ({ hours: new LocalHours('UTC'), replacesOld: true }),
      monotonicMs: () => this.tick,
      logger: this.logger,
      onCommitted: () => undefined,
    });
  }

  submit(
    name: string,
    one: AccountingReport = start({ acctSessionId: name, username: name, serviceId: 0 }),
    onAnswer?: () => void,
  ): void {
    const pending: PendingReport = {
      report: one,
      answer: () => {
        this.told.push(`${name} answered`);
        onAnswer?.();
      },
      drop: (reason) => void this.told.push(`${name} ${reason}`),
    };
    this.batcher.submit(pending);
  }

  async settle(turns = 50): Promise<void> {
    for (let n = 0; n < turns; n += 1) await turn();
  }
}

/** Holds every commit until it is let go. */
function gate(bench: Bench): () => void {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  bench.commit = () => opened;
  return open;
}

const failing =
  (code: string): Commit =>
  () =>
    Promise.reject(Object.assign(new Error(code), { code }));

describe('the accounting writer', () => {
  it('answers after the commit and never before', async () => {
    const bench = new Bench();
    const open = gate(bench);
    bench.submit('a');
    bench.submit('b');
    await bench.settle();
    expect(bench.told).toEqual([]);
    open();
    await bench.settle();
    expect(bench.told).toEqual(['a answered', 'b answered']);
    expect(bench.commits).toBe(1);
  });

  it('while all lanes are busy gathers what comes into one more batch', async () => {
    const bench = new Bench();
    const open = gate(bench);
    for (let lane = 0; lane < LIMITS.lanes; lane += 1) {
      bench.submit(`a${lane}`);
      await bench.settle();
    }
    for (let n = 0; n < 100; n += 1) bench.submit(`c${n}`);
    await bench.settle();
    expect([bench.commits, bench.batcher.queueLength]).toEqual([LIMITS.lanes, 100]);
    open();
    await bench.settle();
    expect(bench.commits).toBe(LIMITS.lanes + 1);
    expect(bench.told).toHaveLength(LIMITS.lanes + 100);
  });

  it('takes another lane only for an even share of what was lately under way', async () => {
    const bench = new Bench();
    const submit = async (from: number, to: number): Promise<void> => {
      for (let n = from; n < to; n += 1) bench.submit(`a${n}`);
      await bench.settle();
    };
    await submit(0, 20);
    const open = gate(bench);
    await submit(20, 25);
    expect([bench.commits, bench.batcher.queueLength]).toEqual([2, 0]);
    // 20 were under way, less the twentieth part that each batch takes off: 9.5 are half of it.
    await submit(25, 34);
    expect([bench.commits, bench.batcher.queueLength]).toEqual([2, 9]);
    await submit(34, 35);
    expect([bench.commits, bench.batcher.queueLength]).toEqual([3, 0]);
    open();
    await bench.settle();
    expect(bench.told).toHaveLength(35);
  });

  it('waits while every turn still brings reports, where nothing is being written', async () => {
    const bench = new Bench();
    for (let n = 0; n < 20; n += 1) bench.submit(`a${n}`);
    await bench.settle();
    for (let n = 0; n < 5; n += 1) {
      bench.submit(`b${n}`);
      await turn();
    }
    await bench.settle();
    expect([bench.told.length, bench.commits]).toEqual([25, 2]);
  });

  it('forgets a peak, so that a trickle after it never waits for a crowd', async () => {
    const bench = new Bench();
    for (let n = 0; n < 300; n += 1) bench.submit(`a${n}`);
    await bench.settle();
    for (let n = 0; n < 120; n += 1) {
      bench.submit(`b${n}`);
      await bench.settle(3);
    }
    gate(bench);
    bench.submit('c');
    await bench.settle();
    bench.submit('d');
    await bench.settle();
    expect([bench.batcher.queueLength, bench.commits]).toEqual([0, 123]);
  });

  it('drops what does not fit its queue, and what the router has given up on', async () => {
    const bench = new Bench();
    const open = gate(bench);
    for (const name of ['a', 'b']) {
      bench.submit(name);
      await bench.settle();
    }
    for (let n = 0; n < LIMITS.queueMax; n += 1) bench.submit('old');
    bench.submit('one too many');
    expect(bench.told).toEqual(['one too many overload']);
    bench.tick += LIMITS.patienceMs + 1;
    open();
    await bench.settle();
    expect(bench.told.filter((line) => line === 'old stale')).toHaveLength(LIMITS.queueMax);
    expect(bench.table.size).toBe(2);
  });

  it('when the database is away drops a batch unanswered, says so once and leaves nothing behind', async () => {
    const bench = new Bench();
    bench.commit = () => Promise.reject(new ConnectionLossError('gone'));
    for (const name of ['a', 'b', 'c']) {
      bench.submit(name);
      await bench.settle();
    }
    expect(bench.told).toEqual(['a database_down', 'b database_down', 'c database_down']);
    expect(bench.logger.lines.filter(({ event }) => event === 'radius.accounting_unwritten')).toHaveLength(1);
    expect(bench.table.size).toBe(0);
    bench.commit = async () => undefined;
    bench.submit('a');
    await bench.settle();
    expect(bench.told.at(-1)).toBe('a answered');
  });

  it('a full disk spoils no single report: it is the server that is sick', async () => {
    const bench = new Bench();
    bench.commit = failing('53100');
    bench.submit('a');
    await bench.settle();
    expect([bench.told, bench.commits]).toEqual([['a database_down'], 1]);
  });

  it('one report the database refuses costs no other its answer', async () => {
    const bench = new Bench();
    bench.commit = (params) =>
      JSON.stringify(params).includes('poison') ? failing('22021')(params) : Promise.resolve();
    const names = Array.from({ length: 20 }, (_, n) => `n${n}`);
    for (const name of [...names, 'poison', ...names.map((name) => `${name}b`)]) bench.submit(name);
    await bench.settle(300);
    expect(bench.told.filter((line) => line.endsWith('answered'))).toHaveLength(40);
    expect(bench.told).toContain('poison unwritable');
    expect(bench.batcher.queueLength).toBe(0);
  });

  it('judges again what another host has changed, and gives up in the end', async () => {
    const bench = new Bench();
    let failures = 2;
    bench.commit = (params) => (failures-- > 0 ? failing('40001')(params) : Promise.resolve());
    bench.submit('a');
    await bench.settle();
    expect([bench.told, bench.commits]).toEqual([['a answered'], 3]);
    bench.commit = failing('40001');
    bench.submit('b');
    await bench.settle();
    expect([bench.told.at(-1), bench.commits]).toEqual(['b unwritable', 3 + LIMITS.attemptsMax]);
  });

  it('an answer that cannot be sent is not taken for a failed commit', async () => {
    const bench = new Bench();
    bench.submit('a', undefined, () => {
      throw new Error('The socket is closed.');
    });
    await bench.settle();
    expect(bench.told).toEqual(['a answered']);
    expect(bench.commits).toBe(1);
    bench.submit('b');
    await bench.settle();
    expect(bench.told.at(-1)).toBe('b answered');
  });

  it('any number of sessions of one service is written, batch after batch', async () => {
    const bench = new Bench();
    for (let n = 0; n < 1_500; n += 1) {
      bench.submit(
        `s${n}`,
        report({ acctSessionId: `s${n}`, stationHash: n, sessionTimeS: 60, uploadOctets: 1 }),
      );
    }
    await bench.settle();
    expect(bench.told.filter((line) => line.endsWith('answered'))).toHaveLength(1_500);
    expect(bench.commits).toBeLessThan(10);
  });

  it('stops after everything taken is written, and takes no more', async () => {
    const bench = new Bench();
    const open = gate(bench);
    for (let n = 0; n < 900; n += 1) bench.submit(`n${n}`);
    await bench.settle();
    const stopped = bench.batcher.stop();
    bench.submit('late');
    expect(bench.told).toEqual(['late overload']);
    open();
    await stopped;
    expect(bench.told.filter((line) => line.endsWith('answered'))).toHaveLength(900);
  });

  it('takes sessions others wrote, but none that a batch holds and none that is older', async () => {
    const bench = new Bench();
    const open = gate(bench);
    bench.submit('a');
    await bench.settle();
    const held = bench.table.entry('0 a a');
    const key = '1 a a';
    const session = { ...openSession(), generation: 2 };
    bench.batcher.adopt([{ key, session }]);
    expect(bench.table.find(key)?.session).toBeUndefined();
    open();
    await bench.settle();
    bench.batcher.adopt([{ key, session }]);
    bench.batcher.adopt([{ key, session: { ...session, generation: 1 } }]);
    expect(bench.table.find(key)?.session?.generation).toBe(2);
    expect(held.session).toBeUndefined();
  });
});

function openSession(): Session {
  const step = judge(undefined, start({ serviceId: 0 }), () => 77);
  if (step.kind === 'duplicate') throw new Error('A first Start opens a session.');
  return step.session;
}
