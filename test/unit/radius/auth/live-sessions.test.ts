import { describe, expect, it } from 'vitest';
import { otherLiveSessions } from '../../../../src/radius/auth/live-sessions.ts';
import { judge } from '../../../../src/usage/sessions/session.ts';
import { SessionTable } from '../../../../src/usage/sessions/session-table.ts';
import { BEGIN_MS, start } from '../../usage/sessions/factories.ts';
import { someSubscriber } from './factories.ts';

const beginS = BEGIN_MS / 1000;
const [phone, laptop, tablet] = [101, 102, 103];

/** Live sessions of service 42 at these places, each last heard so many seconds ago. */
function tableOf(...sessions: readonly { station: number; silentS?: number }[]): SessionTable {
  const table = new SessionTable();
  for (const [index, { station, silentS = 0 }] of sessions.entries()) {
    const key = `session-${index}`;
    const report = start({ acctSessionId: key, serviceId: 42, stationHash: station, atS: -silentS });
    const step = judge(undefined, report, () => index);
    if (step.kind === 'opened') table.put(table.entry(key), step.session);
  }
  return table;
}

function count(table: SessionTable, from: number, subscriber = someSubscriber(), replacesOld = true): number {
  const request = { stationHash: from, nowS: beginS, silentAfterS: 960, replacesOld };
  return otherLiveSessions(table, subscriber, request);
}

describe('the sessions that stand against a login', () => {
  it.each([
    ['nobody else', tableOf(), phone, 0],
    ['the same place dialling again', tableOf({ station: phone }), phone, 0],
    ['another place', tableOf({ station: phone }), laptop, 1],
    ['two other places', tableOf({ station: phone }, { station: tablet }), laptop, 2],
    [
      'one silent for just three intervals and a minute',
      tableOf({ station: phone, silentS: 960 }),
      laptop,
      1,
    ],
    [
      'one silent for longer: a power cut leaves no Stop',
      tableOf({ station: phone, silentS: 961 }),
      laptop,
      0,
    ],
    ['one at a place nobody told', tableOf({ station: 0 }), laptop, 1],
    ['one, when neither place is told', tableOf({ station: 0 }), 0, 1],
  ])('%s', (_, table, from, others) => {
    expect(count(table, from)).toBe(others);
  });

  it('the same place counts too where it may have several sessions, but not its own login that waits', () => {
    const subscriber = someSubscriber();
    subscriber.acceptedStation = phone;
    subscriber.acceptedAtS = beginS;
    expect(count(tableOf(), phone, subscriber, false)).toBe(0);
    expect(count(tableOf({ station: phone }), phone, subscriber, false)).toBe(1);
  });

  it('a login let in elsewhere counts until its Start may be late no more', () => {
    const subscriber = someSubscriber();
    subscriber.acceptedStation = phone;
    for (const [agoS, others] of [
      [0, 1],
      [10, 1],
      [11, 0],
    ]) {
      subscriber.acceptedAtS = beginS - agoS;
      expect(count(tableOf(), laptop, subscriber)).toBe(others);
    }
  });

  it('a login whose Start has come counts once', () => {
    const subscriber = someSubscriber();
    subscriber.acceptedStation = phone;
    subscriber.acceptedAtS = beginS;
    expect(count(tableOf({ station: phone }), laptop, subscriber)).toBe(1);
  });

  it('a login let in at the same place stands against nobody there', () => {
    const subscriber = someSubscriber();
    subscriber.acceptedStation = phone;
    subscriber.acceptedAtS = beginS;
    expect(count(tableOf(), phone, subscriber)).toBe(0);
  });
});
