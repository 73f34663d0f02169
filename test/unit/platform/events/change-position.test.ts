import { describe, expect, it } from 'vitest';
import type { LogLook } from '../../../../src/platform/events/change.ts';
import { ChangePosition } from '../../../../src/platform/events/change-position.ts';

/** A look that found these numbers while no transaction below `oldest` was under way. */
function look(seqs: readonly number[], oldest: number): LogLook {
  return {
    changes: seqs.map((seq) => ({ seq: BigInt(seq), kind: 'service', ids: ['1'], origin: null })),
    oldestXid: BigInt(oldest),
    isFull: false,
  };
}

describe('the place of a reader in the change log', () => {
  it('does not pass a number whose transaction is still under way, though a higher one is visible', () => {
    const position = new ChangePosition(100n);
    // Transaction 200 drew number 5 and has not committed; transaction 100 drew 6 later and has.
    position.take(look([6], 200));
    position.mark(201n);
    position.take(look([], 200));
    expect(position.safeSeq).toBe(0n);
    expect(position.seen).toEqual(new Set([6n]));
    position.take(look([5], 205));
    expect(position.safeSeq).toBe(6n);
    expect(position.seen).toEqual(new Set());
  });

  it('wants a mark only while something is taken that has none', () => {
    const position = new ChangePosition(10n);
    expect(position.wantsMark).toBe(false);
    position.take(look([1, 2, 3], 12));
    expect(position.wantsMark).toBe(true);
    position.mark(12n);
    expect(position.wantsMark).toBe(false);
    position.take(look([], 12));
    expect(position.safeSeq).toBe(3n);
    expect(position.wantsMark).toBe(false);
  });

  it('keeps what was taken above the mark known, so that it is not applied twice', () => {
    const position = new ChangePosition(10n);
    position.take(look([1, 2], 11));
    position.mark(13n);
    position.take(look([4], 11));
    position.take(look([6], 13));
    expect(position.safeSeq).toBe(2n);
    expect(position.seen).toEqual(new Set([4n, 6n]));
    expect(position.wantsMark).toBe(true);
    position.mark(20n);
    position.take(look([], 19));
    expect(position.safeSeq).toBe(2n);
    position.take(look([], 20));
    expect(position.safeSeq).toBe(6n);
  });
});
