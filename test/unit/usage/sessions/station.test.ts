import { expect, it } from 'vitest';
import { hashText, stationHash } from '../../../../src/usage/sessions/station.ts';

it('a MAC address is one place in any notation, on any NAS and port', () => {
  const there = stationHash(1, 'AA:BB:CC:00:11:22', 5);
  expect(stationHash(2, 'aabb.cc00.1122', 9)).toBe(there);
  expect(stationHash(1, 'aa-bb-cc-00-11-22', null)).toBe(there);
  expect(there).not.toBe(0);
});

it.each([
  ['another NAS', 2, '203.0.113.9', 5],
  ['another port', 1, '203.0.113.9', 6],
  ['another caller', 1, '203.0.113.8', 5],
])('a caller that is no MAC address is told apart by %s', (_, nasId, caller, port) => {
  expect(stationHash(nasId, caller, port)).not.toBe(stationHash(1, '203.0.113.9', 5));
});

it('a port that is absent is the same whether it was read from a packet or from a row', () => {
  expect(stationHash(1, '203.0.113.9', null)).toBe(stationHash(1, '203.0.113.9', 0));
});

it.each([[undefined], ['']])('a caller %j is at no place that is known', (caller) => {
  expect(stationHash(1, caller, 5)).toBe(0);
});

it.each([[''], ['a'], ['x'.repeat(253)]])('the hash of %j is a small whole number above 0', (text) => {
  const hash = hashText(text);
  expect(Number.isInteger(hash) && hash > 0 && hash <= 2 ** 30).toBe(true);
});
