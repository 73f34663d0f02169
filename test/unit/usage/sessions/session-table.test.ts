import { describe, expect, it } from 'vitest';
import { closeFor, judge, type Session } from '../../../../src/usage/sessions/session.ts';
import { type Entry, SessionTable, sessionKey } from '../../../../src/usage/sessions/session-table.ts';
import { BEGIN_MS, type report, start } from './factories.ts';

function opened(parts: Parameters<typeof report>[0] = {}): Session {
  const step = judge(undefined, start(parts), () => 1);
  if (step.kind === 'duplicate') throw new Error('A first Start opens a session.');
  return step.session;
}

function openOf(table: SessionTable, serviceId: number): Entry[] {
  const list: Entry[] = [];
  for (let at = table.firstOpen(serviceId); at !== undefined; at = at.nextOpen) list.push(at);
  return list;
}

const closed = (session: Session): Session => closeFor(session, 'replaced', BEGIN_MS);

describe('the table of sessions', () => {
  it('names a session by NAS, Acct-Session-Id and User-Name together', () => {
    const keys = [
      sessionKey(1, 'a', 'u'),
      sessionKey(2, 'a', 'u'),
      sessionKey(1, 'b', 'u'),
      sessionKey(1, 'a', 'v'),
    ];
    expect(new Set(keys).size).toBe(4);
  });

  it('shows the open sessions of a service and forgets the closed ones among them', () => {
    const table = new SessionTable();
    const entry = table.entry('k');
    const session = opened();
    table.put(entry, session);
    expect(openOf(table, 7)).toEqual([entry]);
    expect(table.openCount).toBe(1);
    table.put(entry, closed(session));
    expect(openOf(table, 7)).toEqual([]);
    expect(table.openCount).toBe(0);
    expect(table.find('k')?.session?.closeCause).toBe('replaced');
  });

  it('a reopened session is among the open ones of the same service again', () => {
    const table = new SessionTable();
    const entry = table.entry('k');
    table.put(entry, opened());
    const other = table.entry('other');
    table.put(other, opened({ acctSessionId: 'other' }));
    table.put(entry, closed(opened()));
    table.put(other, closed(opened()));
    table.put(entry, opened());
    expect(openOf(table, 7)).toEqual([entry]);
  });

  it('a session whose next generation belongs to another service moves there', () => {
    const table = new SessionTable();
    const entry = table.entry('k');
    table.put(entry, opened());
    table.put(entry, opened({ serviceId: 8 }));
    expect(openOf(table, 7)).toEqual([]);
    expect(openOf(table, 8)).toEqual([entry]);
  });

  it('closes any one of several open sessions of a service and keeps the others', () => {
    for (const gone of ['a', 'b', 'c']) {
      const table = new SessionTable();
      for (const key of ['a', 'b', 'c']) table.put(table.entry(key), opened());
      table.put(table.entry(gone), closed(opened()));
      const left = openOf(table, 7).map(({ key }) => key);
      expect(left.sort()).toEqual(['a', 'b', 'c'].filter((key) => key !== gone));
      expect(table.openCount).toBe(2);
    }
  });

  it('shows who holds a service; no service is never held', () => {
    const table = new SessionTable();
    const holder = 5;
    table.holdService(7, holder);
    table.holdService(0, holder);
    expect([table.holderOf(7), table.holderOf(0)]).toEqual([holder, 0]);
    table.releaseService(7);
    expect(table.holderOf(7)).toBe(0);
  });

  it('keeps a bounded number of closed sessions, those closed unseen among them', () => {
    const table = new SessionTable();
    const session = closed(opened());
    for (let i = 0; i < 30_000; i += 1) table.put(table.entry(`k${i}`), session);
    let kept = 0;
    for (let i = 0; i < 30_000; i += 1) if (table.find(`k${i}`) !== undefined) kept += 1;
    expect(kept).toBeLessThanOrEqual(20_000);
    expect(table.find('k29999')).toBeDefined();
    expect(table.find('k0')).toBeUndefined();
  });

  it('an open session outlives any number of closed ones, also when it had been closed before', () => {
    const table = new SessionTable();
    const entry = table.entry('long');
    table.put(entry, opened());
    table.put(entry, closed(opened()));
    table.put(entry, opened());
    for (let i = 0; i < 30_000; i += 1) table.put(table.entry(`k${i}`), closed(opened({ serviceId: 0 })));
    expect(table.find('long')).toBe(entry);
    expect(table.openCount).toBe(1);
  });

  it('forgets an entry that never had a row unless a batch holds it', () => {
    const table = new SessionTable();
    const entry = table.entry('k');
    entry.heldBy = 1;
    table.forget(entry);
    expect(table.find('k')).toBe(entry);
    entry.heldBy = 0;
    table.forget(entry);
    expect(table.find('k')).toBeUndefined();
  });

  it('a row that is gone leaves no session and no count behind', () => {
    const table = new SessionTable();
    const entry = table.entry('k');
    table.put(entry, opened());
    table.put(entry, undefined);
    expect(table.openCount).toBe(0);
    expect(openOf(table, 7)).toEqual([]);
  });
});
