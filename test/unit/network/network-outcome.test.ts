import { expect, it } from 'vitest';
import type { NasId, SessionId } from '../../../src/kernel/ids.ts';
import type { EnforcementReport } from '../../../src/network/enforcement/enforcement-report.ts';
import { type NetworkEffect, networkOutcome } from '../../../src/network/enforcement/network-outcome.ts';

const order = (more: Partial<EnforcementReport>): EnforcementReport => ({
  id: '1',
  sessionId: '1' as SessionId,
  nasId: '1' as NasId,
  nasName: 'edge-1',
  kind: 'disconnect',
  cause: 'not_entitled',
  state: 'acknowledged',
  tries: 1,
  lastAnswer: 'ack',
  outcome: 'Disconnect-ACK.',
  roundTripUs: 1_500,
  createdAt: new Date(0),
  doneAt: new Date(1),
  ...more,
});
const waiting = { state: 'pending', doneAt: undefined } as const;

it.each<[string, Partial<NetworkEffect>, string]>([
  ['no session is live', { sessions: 0 }, 'no_session'],
  ['every router obeyed', { enforcements: [order({}), order({})] }, 'acknowledged'],
  ['the session was gone before', { enforcements: [order({ state: 'gone' })] }, 'acknowledged'],
  ['one of two routers refused', { enforcements: [order({}), order({ state: 'refused' })] }, 'refused'],
  [
    'a router refused and is told again',
    { enforcements: [order({ ...waiting, lastAnswer: 'nak' })] },
    'refused',
  ],
  ['no router answered', { enforcements: [order({ ...waiting, lastAnswer: 'timeout' })] }, 'unreachable'],
  ['it could not be sent', { enforcements: [order({ ...waiting, lastAnswer: 'error' })] }, 'unreachable'],
  ['an answer is awaited', { enforcements: [order({ ...waiting, lastAnswer: undefined })] }, 'pending'],
  ['the worker has not come to it', { isWaiting: true }, 'pending'],
  ['the server does not run', { isServerRunning: false }, 'pending'],
  ['the session has what is due already', {}, 'acknowledged'],
])('when %s the network is %o', (_, effect, result) => {
  const whole = { sessions: 1, isServerRunning: true, isWaiting: false, enforcements: [], ...effect };
  const outcome = networkOutcome(whole);
  expect(outcome.result).toBe(result);
  expect(outcome.detail).toMatch(/\.$/);
});

it('tells the slowest round trip, and none when nothing was sent', () => {
  const effect = { sessions: 1, isServerRunning: true, isWaiting: false };
  const enforcements = [order({ roundTripUs: 1_500 }), order({ roundTripUs: 4_250 })];
  expect(networkOutcome({ ...effect, enforcements }).roundTripMs).toBe(4.25);
  expect(networkOutcome({ ...effect, enforcements: [] }).roundTripMs).toBeUndefined();
});
