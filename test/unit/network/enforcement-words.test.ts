import { expect, test } from 'vitest';
import type { NasId, SessionId } from '../../../src/kernel/ids.ts';
import { type EnforcementReport, SUPERSEDED } from '../../../src/network/enforcement/enforcement-report.ts';
import { enforcementSentences } from '../../../src/network/enforcement/enforcement-words.ts';

const done = new Date(1);
const order: EnforcementReport = {
  id: '1',
  sessionId: '1' as SessionId,
  nasId: '1' as NasId,
  nasName: 'edge-1',
  kind: 'disconnect',
  cause: 'not_entitled',
  state: 'acknowledged',
  tries: 1,
  lastAnswer: undefined,
  outcome: undefined,
  roundTripUs: 12_345,
  createdAt: new Date(0),
  doneAt: done,
};

test.each<[Partial<EnforcementReport>, string]>([
  [{}, 'Disconnected 1 session on edge-1 in 12 ms.'],
  [{ roundTripUs: 940 }, 'Disconnected 1 session on edge-1 in 0.9 ms.'],
  [{ kind: 'coa' }, 'Changed the speed of 1 session on edge-1 in 12 ms.'],
  [
    { state: 'refused', outcome: 'Unsupported attribute.' },
    'edge-1 refused to disconnect 1 session: Unsupported attribute.',
  ],
  [
    { state: 'unreachable', nasName: undefined },
    'a removed NAS did not answer when told to disconnect 1 session.',
  ],
  [
    { state: 'gone', outcome: 'Session-Context-Not-Found' },
    '1 session on edge-1 was gone already: Session-Context-Not-Found.',
  ],
  [
    { state: 'gone', outcome: SUPERSEDED },
    'An earlier order to disconnect 1 session on edge-1 is superseded.',
  ],
  [{ state: 'pending', doneAt: undefined }, 'edge-1 is being told to disconnect 1 session.'],
  [
    { state: 'pending', tries: 2, outcome: 'No answer.', doneAt: undefined },
    'edge-1 has not obeyed yet: No answer; it is told to disconnect 1 session until it does.',
  ],
])('%o is told as %j', (part, sentence) => {
  expect(enforcementSentences([{ ...order, ...part }])).toEqual([sentence]);
});

test('sessions of one router with one outcome are told together, with the slowest answer', () => {
  const second = { ...order, id: '2', roundTripUs: 20_000 };
  const other = { ...order, id: '3', nasName: 'edge-2' };
  expect(enforcementSentences([order, second, other])).toEqual([
    'Disconnected 2 sessions on edge-1 in 20 ms.',
    'Disconnected 1 session on edge-2 in 12 ms.',
  ]);
});
