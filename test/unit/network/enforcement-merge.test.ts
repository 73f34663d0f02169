import { describe, expect, it } from 'vitest';
import { mergePlan, type OpenEnforcement } from '../../../src/network/enforcement/enforcement-merge.ts';
import type { EnforcementAction } from '../../../src/network/enforcement/enforcement-plan.ts';

const DISCONNECT: EnforcementAction = { kind: 'disconnect', cause: 'not_entitled' };
const COA: EnforcementAction = {
  kind: 'coa',
  cause: 'speed_changed',
  attributes: [{ name: 'Mikrotik-Rate-Limit', value: '5M/20M' }],
};

function open(id: string, given: Partial<OpenEnforcement> = {}): OpenEnforcement {
  return { id, kind: 'disconnect', cause: 'not_entitled', attributes: [], isSending: false, ...given };
}

const coaOf = (id: string, rate: string, given: Partial<OpenEnforcement> = {}) =>
  open(id, {
    kind: 'coa',
    cause: 'speed_changed',
    attributes: [{ name: 'Mikrotik-Rate-Limit', value: rate }],
    ...given,
  });

describe('a new plan meets what is open', () => {
  it('a first order is written', () => {
    expect(mergePlan(DISCONNECT, [])).toEqual({ insert: DISCONNECT, supersede: [], hurry: [] });
  });

  it('a redelivered event writes nothing and lets the waiting order go at once', () => {
    expect(mergePlan(DISCONNECT, [open('7')])).toEqual({ insert: undefined, supersede: [], hurry: ['7'] });
    expect(mergePlan(COA, [coaOf('7', '5M/20M')])).toEqual({
      insert: undefined,
      supersede: [],
      hurry: ['7'],
    });
  });

  it('another speed supersedes the one that waits', () => {
    expect(mergePlan(COA, [coaOf('7', '1M/1M')])).toEqual({ insert: COA, supersede: ['7'], hurry: [] });
  });

  it('what is on the wire is left alone and followed by the new order', () => {
    const sending = coaOf('7', '1M/1M', { isSending: true });
    expect(mergePlan(COA, [sending])).toEqual({ insert: COA, supersede: [], hurry: [] });
  });

  it('the same order on the wire is not repeated', () => {
    expect(mergePlan(DISCONNECT, [open('7', { isSending: true })])).toEqual({
      insert: undefined,
      supersede: [],
      hurry: [],
    });
  });

  it('a service that is well again cancels the Disconnect that waits', () => {
    expect(mergePlan(undefined, [open('7')])).toEqual({ insert: undefined, supersede: ['7'], hurry: [] });
  });

  it('a Disconnect ordered by hand stands, whatever the state of the service says later', () => {
    const byHand = open('7', { cause: 'disconnect_requested' });
    for (const wanted of [undefined, COA]) {
      expect(mergePlan(wanted, [byHand, coaOf('8', '1M/1M')])).toEqual({
        insert: undefined,
        supersede: ['8'],
        hurry: [],
      });
    }
    expect(mergePlan(DISCONNECT, [byHand]).hurry).toEqual(['7']);
  });
});
