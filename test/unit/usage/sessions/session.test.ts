import { describe, expect, it } from 'vitest';
import { ANOMALY } from '../../../../src/usage/counter-delta.ts';
import { closeFor, intervalRateBps } from '../../../../src/usage/sessions/session.ts';
import { BEGIN_MS, report, Story, start, stop } from './factories.ts';

const beginS = BEGIN_MS / 1000;

describe('the life of a session', () => {
  it('opens with its Start, grows with an Interim and closes with its Stop', () => {
    const story = new Story().tell(
      start(),
      report({ sessionTimeS: 300, uploadOctets: 10, downloadOctets: 100 }),
      stop({ sessionTimeS: 400, uploadOctets: 15, downloadOctets: 150 }),
    );
    expect(story.session).toMatchObject({
      generation: 1,
      startedAtS: beginS,
      sessionTimeS: 400,
      uploadOctets: 15,
      downloadOctets: 150,
      closedAtS: beginS + 400,
      closeCause: 'user_request',
      anomalies: 0,
    });
    expect(story.booked).toBe(165);
  });

  it.each([
    ['an Interim', report],
    ['a Stop', stop],
  ])('a lost Start is made up for by %s, which tells when the session began', (_, kind) => {
    const story = new Story().tell(kind({ sessionTimeS: 600, uploadOctets: 3, downloadOctets: 4 }));
    expect(story.session).toMatchObject({ startedAtS: beginS, uploadOctets: 3, downloadOctets: 4 });
    expect(story.last).toMatchObject({ kind: 'opened', anomalies: ANOMALY.startLost });
    expect(story.booked).toBe(7);
  });

  it('a late Start behind its own Interim opens nothing and counts nothing', () => {
    const story = new Story().tell(
      report({ sessionTimeS: 300, uploadOctets: 1, downloadOctets: 2 }),
      start({ detailsHash: 12, delayS: 300 }),
    );
    expect(story.last).toMatchObject({ kind: 'changed', uploadDelta: 0, downloadDelta: 0 });
    expect(story.session).toMatchObject({ generation: 1, detailsHash: 12, uploadOctets: 1 });
  });

  it('a Stop without Acct-Session-Time still counts what it brings, and a silent Interim shows life', () => {
    const unsaid = { sessionTimeS: undefined, hasGigawords: false };
    const story = new Story().tell(
      start(),
      report({ sessionTimeS: 300, uploadOctets: 10, hasGigawords: false }),
      report({ ...unsaid, atS: 600, uploadOctets: 10 }),
      stop({ ...unsaid, atS: 700, uploadOctets: 25 }),
    );
    expect(story.steps.map(({ kind }) => kind)).toEqual(['opened', 'changed', 'changed', 'changed']);
    expect(story.session).toMatchObject({ sessionTimeS: 300, uploadOctets: 25, closedAtS: beginS + 700 });
    expect(story.booked).toBe(25);
  });

  it('a retransmitted Start opens no second session', () => {
    const story = new Story().tell(start(), start({ atS: 3 }), start({ atS: 6 }));
    expect(story.steps.map(({ kind }) => kind)).toEqual(['opened', 'duplicate', 'duplicate']);
  });

  it('a Start that was sent again after its session ended does not reopen it', () => {
    const story = new Story().tell(start(), stop({ sessionTimeS: 4, uploadOctets: 1 }), start({ atS: 5 }));
    expect(story.last.kind).toBe('duplicate');
    const late = new Story().tell(
      start(),
      stop({ sessionTimeS: 900, uploadOctets: 1 }),
      start({ delayS: 905 }),
    );
    expect(late.last.kind).toBe('duplicate');
  });

  it('repeated Interims and Stops are known and count once', () => {
    const interim = report({ sessionTimeS: 300, uploadOctets: 5 });
    const end = stop({ sessionTimeS: 400, uploadOctets: 9 });
    const story = new Story().tell(start(), interim, interim, end, end, interim);
    expect(story.steps.map(({ kind }) => kind)).toEqual([
      'opened',
      'changed',
      'duplicate',
      'changed',
      'duplicate',
      'duplicate',
    ]);
    expect(story.booked).toBe(9);
  });

  it('a Stop with nothing new closes the session all the same', () => {
    const story = new Story().tell(
      start(),
      report({ sessionTimeS: 300, uploadOctets: 5 }),
      stop({ sessionTimeS: 300, uploadOctets: 5 }),
    );
    expect(story.session).toMatchObject({ closedAtS: beginS + 300, closeCause: 'user_request' });
  });

  it('a Stop without octets closes the session and leaves its usage', () => {
    const story = new Story().tell(
      start(),
      report({ sessionTimeS: 300, uploadOctets: 5, downloadOctets: 50 }),
      stop({
        sessionTimeS: 310,
        uploadOctets: undefined,
        downloadOctets: undefined,
        anomalies: ANOMALY.noCounters,
      }),
    );
    expect(story.session).toMatchObject({ uploadOctets: 5, downloadOctets: 50, closedAtS: beginS + 310 });
    expect(story.session?.anomalies).toBe(ANOMALY.noCounters);
  });

  it('a late Interim behind the Stop adds what was missed and leaves the session closed', () => {
    const story = new Story().tell(
      start(),
      stop({ sessionTimeS: 300, uploadOctets: 5 }),
      report({ sessionTimeS: 301, uploadOctets: 6 }),
    );
    expect(story.session).toMatchObject({
      uploadOctets: 6,
      closedAtS: beginS + 300,
      closeCause: 'user_request',
    });
    expect(story.last).toMatchObject({ anomalies: ANOMALY.afterStop });
  });

  it('an Interim is a sign of life even when no octet passed', () => {
    const story = new Story().tell(
      start(),
      report({ sessionTimeS: 0, atS: 300 }),
      report({ sessionTimeS: 0, atS: 600 }),
    );
    expect(story.last.kind).toBe('changed');
    expect(story.session).toMatchObject({ lastReportAtS: beginS + 600, generation: 1 });
  });
});

describe('a session id that comes back', () => {
  const first = [start(), report({ sessionTimeS: 600, uploadOctets: 1000 })] as const;

  it('a Start clearly later than the last report is the next generation', () => {
    const story = new Story().tell(
      ...first,
      start({ atS: 700 }),
      report({ sessionTimeS: 60, atS: 760, uploadOctets: 40 }),
    );
    expect(story.session).toMatchObject({ generation: 2, uploadOctets: 40, startedAtS: beginS + 700 });
    expect(story.booked).toBe(1040);
  });

  it('a Start at once after a Stop of a session that ran is the next generation', () => {
    const story = new Story().tell(
      ...first,
      stop({ sessionTimeS: 605, uploadOctets: 1001 }),
      start({ atS: 606 }),
      stop({ sessionTimeS: 30, atS: 636, uploadOctets: 5 }),
    );
    expect(story.session).toMatchObject({ generation: 2, uploadOctets: 5 });
    expect(story.booked).toBe(1006);
  });

  it('an implied start clearly later than the last report is the next generation', () => {
    const story = new Story().tell(...first, report({ sessionTimeS: 60, atS: 5000, uploadOctets: 30 }));
    expect(story.session).toMatchObject({ generation: 2, startedAtS: beginS + 4940, uploadOctets: 30 });
    expect(story.last).toMatchObject({ kind: 'opened', anomalies: ANOMALY.startLost });
    expect(story.booked).toBe(1030);
  });

  it('a report that fits the open session is its own although the clock was set forward', () => {
    const story = new Story().tell(...first, report({ sessionTimeS: 900, atS: 86_400, uploadOctets: 1500 }));
    expect(story.session).toMatchObject({ generation: 1, uploadOctets: 1500 });
    expect(story.booked).toBe(1500);
  });

  it('after a Stop nothing fits the closed session any more', () => {
    const story = new Story().tell(
      ...first,
      stop({ sessionTimeS: 700, uploadOctets: 1000 }),
      report({ sessionTimeS: 900, atS: 5000, uploadOctets: 1500 }),
    );
    expect(story.session).toMatchObject({ generation: 2, uploadOctets: 1500 });
    expect(story.booked).toBe(2500);
  });

  it('a report without Acct-Session-Time implies no start', () => {
    const story = new Story().tell(
      start(),
      report({ atS: 300, uploadOctets: 100 }),
      report({ atS: 600, uploadOctets: 250 }),
      stop({ atS: 900, uploadOctets: 300 }),
    );
    expect(story.session).toMatchObject({ generation: 1, uploadOctets: 300 });
    expect(story.booked).toBe(300);
  });
});

describe('a closing that was a guess', () => {
  it.each(['replaced', 'nas_reboot'] as const)(
    '%s is taken back by a later report, octets counted once',
    (cause) => {
      const story = new Story().tell(start(), report({ sessionTimeS: 300, uploadOctets: 100 }));
      if (story.session !== undefined) story.session = closeFor(story.session, cause, BEGIN_MS + 300_000);
      story.tell(report({ sessionTimeS: 600, uploadOctets: 180 }));
      expect(story.last).toMatchObject({ kind: 'changed', uploadDelta: 80, anomalies: ANOMALY.reopened });
      expect(story.session).toMatchObject({ generation: 1, closedAtS: 0, closeCause: null });
    },
  );

  it('is not taken back by what the closing already knew', () => {
    const interim = report({ sessionTimeS: 300, uploadOctets: 100 });
    const story = new Story().tell(start(), interim);
    if (story.session !== undefined) story.session = closeFor(story.session, 'replaced', BEGIN_MS + 300_000);
    expect(story.tell(interim).last.kind).toBe('duplicate');
  });

  it('is corrected by the Stop that says when it really ended', () => {
    const story = new Story().tell(start(), report({ sessionTimeS: 300, uploadOctets: 100 }));
    if (story.session !== undefined) story.session = closeFor(story.session, 'replaced', BEGIN_MS + 300_000);
    story.tell(stop({ sessionTimeS: 420, uploadOctets: 120, terminateCause: 2 }));
    expect(story.session).toMatchObject({
      closedAtS: beginS + 420,
      closeCause: 'lost_carrier',
      uploadOctets: 120,
    });
  });
});

describe('Z6: the rate of an interval', () => {
  it.each([
    [300, 1_000, 2_000, 80],
    [0, 1_000, 2_000, 0],
    [-5, 1_000, 2_000, 0],
    [60, 0, 1_250_000_000, 166_666_667],
  ])('over %i s, %i up and %i down are %i bit/s', (intervalS, up, down, bps) => {
    expect(intervalRateBps(up, down, intervalS)).toBe(bps);
  });
});
