import { describe, expect, it } from 'vitest';
import {
  compareLedger,
  isClean,
  type LedgerEntry,
  type StoredSession,
} from '../../../../src/bench/measure/ledger.ts';

const entry: LedgerEntry = {
  acctSessionId: '0000002a',
  username: 'user000001',
  isStartAcknowledged: true,
  isStopAcknowledged: false,
  acknowledgedUploadOctets: 100,
  acknowledgedDownloadOctets: 1_000,
  sentUploadOctets: 200,
  sentDownloadOctets: 2_000,
};
const row: StoredSession = {
  acctSessionId: '0000002a',
  username: 'user000001',
  uploadOctets: 100,
  downloadOctets: 1_000,
  isClosed: false,
};

const clean = { sessions: 1, missing: 0, behind: 0, ahead: 0, notClosed: 0 };

function verdictOn(changes: { entry?: Partial<LedgerEntry>; row?: Partial<StoredSession> | null }) {
  const stored = changes.row === null ? [] : [{ ...row, ...changes.row }];
  return compareLedger(
    [{ ...entry, ...changes.entry }],
    new Map(stored.map((one) => [one.acctSessionId, one])),
  );
}

describe('the ledger', () => {
  it.each<{ title: string; changes: Parameters<typeof verdictOn>[0]; found: Partial<typeof clean> }>([
    { title: 'what is stored as acknowledged is clean', changes: {}, found: {} },
    {
      title: 'an answer that got lost may leave more stored',
      changes: { row: { uploadOctets: 200 } },
      found: {},
    },
    { title: 'a session without a row is missing', changes: { row: null }, found: { missing: 1 } },
    {
      title: 'a row of another subscriber is none',
      changes: { row: { username: 'user000002' } },
      found: { missing: 1 },
    },
    {
      title: 'less upload than acknowledged is behind',
      changes: { row: { uploadOctets: 99 } },
      found: { behind: 1 },
    },
    {
      title: 'less download than acknowledged is behind',
      changes: { row: { downloadOctets: 999 } },
      found: { behind: 1 },
    },
    {
      title: 'more than was ever sent is ahead',
      changes: { row: { downloadOctets: 2_001 } },
      found: { ahead: 1 },
    },
    {
      title: 'an acknowledged Stop must have closed',
      changes: { entry: { isStopAcknowledged: true } },
      found: { notClosed: 1 },
    },
    { title: 'a Stop nobody acknowledged may have closed', changes: { row: { isClosed: true } }, found: {} },
  ])('$title', ({ changes, found }) => {
    const { examples, ...counts } = verdictOn(changes);
    expect(counts).toEqual({ ...clean, ...found });
    const isFaulty = Object.keys(found).length > 0;
    expect(examples).toHaveLength(isFaulty ? 1 : 0);
    expect(isClean({ ...counts, examples })).toBe(!isFaulty);
  });

  it('a session of which nothing was acknowledged proves nothing', () => {
    const unheard = {
      isStartAcknowledged: false,
      acknowledgedUploadOctets: 0,
      acknowledgedDownloadOctets: 0,
    };
    expect(verdictOn({ entry: unheard, row: null }).sessions).toBe(0);
  });

  it('an Interim acknowledged without its Start counts too', () => {
    expect(verdictOn({ entry: { isStartAcknowledged: false }, row: null }).missing).toBe(1);
  });
});
