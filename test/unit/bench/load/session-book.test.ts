import { describe, expect, it } from 'vitest';
import { ledgerEntries, SessionBook } from '../../../../src/bench/load/session-book.ts';
import { KIND, Workload, type WorkloadName } from '../../../../src/bench/load/workload.ts';

const names: readonly string[] = ['login', 'start', 'interim', 'stop'];

/** Lets a workload run against a server that answers everything at once; the operations in order. */
function play(book: SessionBook, name: WorkloadName, limit?: number): string[] {
  const workload = new Workload({ name, book, from: 0, limit });
  const played: string[] = [];
  while (played.length < 100 && workload.next()) {
    const { user, kind } = workload.operation;
    played.push(names[kind]);
    if (kind === KIND.start) {
      book.begin(user);
      book.start(user);
      book.acknowledgeStart(user);
    } else if (kind !== KIND.login) {
      book.report(user);
      if (kind === KIND.stop) book.acknowledgeStop(user);
      else book.acknowledgeReport(user);
    }
  }
  return played;
}

describe('a workload', () => {
  it('starts a session for everybody, goes round them with Interims, and ends them all', () => {
    const book = new SessionBook(5);
    expect(play(book, 'start')).toHaveLength(5);
    expect(book.openCount).toBe(5);
    expect(play(book, 'start')).toEqual([]);
    expect(play(book, 'interim', 7)).toEqual(Array.from({ length: 7 }, () => 'interim'));
    expect(play(book, 'stop')).toHaveLength(5);
    expect(book.openCount).toBe(0);
    expect(play(book, 'stop')).toEqual([]);
    expect(play(book, 'interim', 7)).toEqual([]);
  });

  it('mixes Starts, Interims and Stops, three Interims to a session once it has settled', () => {
    const book = new SessionBook(1);
    const first = ['start', 'stop'];
    const later = ['start', 'interim', 'interim', 'interim', 'stop'];
    expect(play(book, 'mix', 12)).toEqual([...first, ...later, ...later]);
  });

  it('leaves a subscriber alone whose packet is under way', () => {
    const book = new SessionBook(2);
    book.setBusy(1, true);
    const workload = new Workload({ name: 'login', book, from: 0, limit: undefined });
    expect(workload.next()).toBe(true);
    expect(workload.operation.user).toBe(0);
    book.setBusy(0, true);
    expect(workload.next()).toBe(false);
    expect(workload.isExhausted).toBe(false);
  });
});

describe('the book of sessions', () => {
  it('keeps apart what was sent and what was acknowledged', () => {
    const book = new SessionBook(3);
    book.begin(2);
    book.start(2);
    book.acknowledgeStart(2);
    book.report(2);
    book.acknowledgeReport(2);
    const { uploadOctets, downloadOctets, session } = book.report(2);
    expect([...ledgerEntries(book.takeLedger())]).toEqual([
      {
        username: 'user000002',
        acctSessionId: session.toString(16).padStart(8, '0'),
        isStartAcknowledged: true,
        isStopAcknowledged: false,
        acknowledgedUploadOctets: uploadOctets / 2,
        acknowledgedDownloadOctets: downloadOctets / 2,
        sentUploadOctets: uploadOctets,
        sentDownloadOctets: downloadOctets,
      },
    ]);
    expect(downloadOctets).toBeGreaterThan(2 ** 32);
  });

  it('hands an ended session out once and an open one every time', () => {
    const book = new SessionBook(2);
    for (const user of [0, 1]) {
      book.begin(user);
      book.start(user);
      book.acknowledgeStart(user);
    }
    book.report(0);
    book.acknowledgeStop(0);
    const usersOf = () => [...ledgerEntries(book.takeLedger())].map(({ username }) => username);
    expect(usersOf()).toEqual(['user000000', 'user000001']);
    expect(usersOf()).toEqual(['user000001']);
  });

  it('keeps the session that another one of the same subscriber has followed', () => {
    const book = new SessionBook(1);
    const sessions = [1, 2].map(() => {
      const session = book.begin(0);
      book.start(0);
      book.acknowledgeStart(0);
      return session;
    });
    const found = [...ledgerEntries(book.takeLedger())].map(({ acctSessionId }) =>
      Number.parseInt(acctSessionId, 16),
    );
    expect(found).toEqual(sessions);
    expect(book.openCount).toBe(1);
  });

  it('echoes the Class of a login in the session it opened, and in no later one', () => {
    const book = new SessionBook(1);
    const reply = Buffer.from('xxclass');
    book.begin(0);
    book.keepClass(0, reply, 2, 5);
    expect(book.start(0).classValue.toString()).toBe('class');
    expect(book.report(0).classValue.toString()).toBe('class');
    book.begin(0);
    expect(book.start(0).classValue).toHaveLength(0);
  });
});
