import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalHours } from '../../../../src/kernel/calendar.ts';
import { type Addition, BatchBuilder } from '../../../../src/radius/accounting/batch-builder.ts';
import type { AccountingReport } from '../../../../src/usage/sessions/report.ts';
import { SessionTable, sessionKey } from '../../../../src/usage/sessions/session-table.ts';
import { report, start, stop } from '../../usage/sessions/factories.ts';

/** A table with builders over it, and the ids they take. */
class Desk {
  readonly table = new SessionTable();
  readonly hours = new LocalHours('UTC');
  readonly replacesOld: boolean;
  idsTaken = 0;

  constructor(replacesOld = true) {
    this.replacesOld = replacesOld;
  }

  builder(): BatchBuilder {
    const { table, hours, replacesOld } = this;
    return new BatchBuilder({ table, hours, replacesOld, newId: () => ++this.idsTaken });
  }

  /** Writes reports that must all fit into one batch. */
  write(...reports: readonly AccountingReport[]): BatchBuilder {
    const builder = this.builder();
    for (const one of reports) expect(builder.add(one)).toBe('added');
    builder.settle();
    return builder;
  }
}

const other = { acctSessionId: 'other' };

describe('a batch', () => {
  it('folds the reports of one session into one write', () => {
    const desk = new Desk();
    const builder = desk.write(
      start(),
      report({ sessionTimeS: 60, uploadOctets: 10, downloadOctets: 100 }),
      stop({ sessionTimeS: 90, uploadOctets: 12, downloadOctets: 130 }),
    );
    expect(builder.writes).toHaveLength(1);
    expect(builder.writes[0]).toMatchObject({
      before: undefined,
      after: { uploadOctets: 12, downloadOctets: 130, closeCause: 'user_request' },
      usage: { uploadDelta: 12, downloadDelta: 130 },
    });
    expect(builder.rows.map(({ uploadDelta }) => uploadDelta)).toEqual([0, 10, 2]);
  });

  it('answers at once what is stored already, and nothing that is only on its way', () => {
    const desk = new Desk();
    const interim = report({ sessionTimeS: 60, uploadOctets: 10 });
    const builder = desk.builder();
    expect([builder.add(interim), builder.add(interim)]).toEqual(['added', 'added']);
    builder.settle();
    expect(desk.builder().add(interim)).toBe('known');
  });

  it('counts from the state before when it is let go without a commit', () => {
    const desk = new Desk();
    desk.write(start());
    const failed = desk.builder();
    failed.add(report({ sessionTimeS: 60, uploadOctets: 10 }));
    failed.release();
    const again = desk.write(report({ sessionTimeS: 60, uploadOctets: 10 }));
    expect(again.rows[0]).toMatchObject({ uploadDelta: 10 });
  });

  it('writes each session at the version it was read at', () => {
    const desk = new Desk();
    const versions = [start(), report({ sessionTimeS: 60 }), report({ sessionTimeS: 120 })].map((one) => {
      const builder = desk.builder();
      builder.add(one);
      const version = builder.writes[0]?.before?.version;
      builder.settle();
      return version;
    });
    expect(versions).toEqual([undefined, 1, 2]);
  });
});

describe('two batches at once', () => {
  it('never hold one session', () => {
    const desk = new Desk();
    const [first, second] = [desk.builder(), desk.builder()];
    expect(first.add(start())).toBe('added');
    expect(second.add(report({ sessionTimeS: 60 }))).toBe('deferred');
    first.settle();
    expect(desk.builder().add(report({ sessionTimeS: 60 }))).toBe('added');
  });

  it('never hold one service', () => {
    const desk = new Desk();
    const [first, second] = [desk.builder(), desk.builder()];
    expect(first.add(start())).toBe('added');
    expect(second.add(start(other))).toBe('deferred');
    expect(second.add(start({ ...other, serviceId: 8, username: 'bob' }))).toBe('added');
  });

  it('may both hold sessions of unknown users', () => {
    const desk = new Desk();
    const [first, second] = [desk.builder(), desk.builder()];
    expect(first.add(start({ serviceId: 0 }))).toBe('added');
    expect(second.add(start({ ...other, serviceId: 0 }))).toBe('added');
  });

  it('keep the order of a session: after one report is deferred all later ones are', () => {
    const desk = new Desk();
    const [first, second] = [desk.builder(), desk.builder()];
    first.add(start());
    expect(second.add(report({ sessionTimeS: 60 }))).toBe('deferred');
    first.settle();
    expect(second.add(report({ sessionTimeS: 120 }))).toBe('deferred');
  });
});

describe('the usage of a service', () => {
  it('of several sessions is booked together, once', () => {
    const builder = new Desk().write(
      report({ stationHash: 1, sessionTimeS: 60, uploadOctets: 1 }),
      report({ ...other, stationHash: 2, sessionTimeS: 60, uploadOctets: 2, downloadOctets: 4 }),
      report({ acctSessionId: 'third', stationHash: 3, sessionTimeS: 60 }),
    );
    expect(builder.writes.map(({ usage }) => usage)).toMatchObject([
      { uploadDelta: 3, downloadDelta: 4 },
      undefined,
      undefined,
    ]);
  });

  it('of reports minutes apart goes into batches of their own: a plan may have changed between', () => {
    const builder = new Desk().builder();
    expect(builder.add(report({ atS: 600, sessionTimeS: 600, uploadOctets: 1 }))).toBe('added');
    expect(builder.add(report({ atS: 700, sessionTimeS: 700, uploadOctets: 2 }))).toBe('deferred');
  });

  it('goes into one hour per batch: a report of the next hour waits', () => {
    const desk = new Desk();
    const builder = desk.builder();
    expect(builder.add(report({ atS: 3_590, sessionTimeS: 60, uploadOctets: 1 }))).toBe('added');
    expect(builder.add(report({ atS: 3_600, sessionTimeS: 70, uploadOctets: 2 }))).toBe('deferred');
  });

  it('is whole when reports of one hour are folded', () => {
    const builder = new Desk().write(
      report({ atS: 890, sessionTimeS: 60, uploadOctets: 1, downloadOctets: 5 }),
      report({ atS: 910, sessionTimeS: 80, uploadOctets: 2, downloadOctets: 9 }),
    );
    expect(builder.writes[0]?.usage).toMatchObject({ uploadDelta: 2, downloadDelta: 9, hour: { hour: 10 } });
  });
});

describe('a new session', () => {
  it('closes the open one of its place and of no other', () => {
    const desk = new Desk();
    desk.write(start(), start({ ...other, stationHash: 99 }));
    desk.write(start({ acctSessionId: 'new', atS: 50 }));
    const causeOf = (id: string) => desk.table.find(sessionKey(1, id, 'alice'))?.session?.closeCause;
    expect([causeOf('81000001'), causeOf('other'), causeOf('new')]).toEqual(['replaced', null, null]);
  });

  it('closes nothing when no place is told, nor what began after it', () => {
    const desk = new Desk();
    desk.write(start({ stationHash: 0 }));
    desk.write(start({ ...other, stationHash: 0 }));
    expect(desk.table.openCount).toBe(2);
    const late = new Desk();
    late.write(start({ atS: 100 }));
    late.write(start({ ...other, atS: 50 }));
    expect(late.table.openCount).toBe(2);
  });

  it('closes nothing, and waits for nothing, where the installation lets a place have several', () => {
    const desk = new Desk(false);
    desk.write(start(), start({ ...other, atS: 1 }));
    desk.write(start({ acctSessionId: 'third', atS: 2 }));
    expect(desk.table.openCount).toBe(3);
  });

  it('waits for the next batch when the session it closes is in this one', () => {
    const desk = new Desk();
    desk.write(start());
    const builder = desk.builder();
    builder.add(report({ sessionTimeS: 60, uploadOctets: 5 }));
    expect(builder.add(start({ ...other, atS: 61 }))).toBe('deferred');
    builder.settle();
    desk.write(start({ ...other, atS: 61 }));
    expect(desk.table.openCount).toBe(1);
  });

  it('of a place that opens two in one batch waits, so that the first is closed', () => {
    const builder = new Desk().builder();
    expect(builder.add(start())).toBe('added');
    expect(builder.add(start({ ...other, atS: 1 }))).toBe('deferred');
  });

  it('need not wait for one that ends in the same batch', () => {
    const desk = new Desk();
    desk.write(start());
    desk.write(stop({ sessionTimeS: 60 }), start({ ...other, atS: 61 }));
    expect(desk.table.openCount).toBe(1);
  });

  it('of the next generation closes the one before', () => {
    const desk = new Desk();
    desk.write(start());
    const builder = desk.write(start({ atS: 100 }));
    expect(builder.writes.map(({ after }) => [after.generation, after.closeCause])).toEqual([
      [1, 'replaced'],
      [2, null],
    ]);
  });

  it('takes one id, however many were deferred', () => {
    const desk = new Desk();
    const builder = desk.builder();
    builder.add(start());
    for (let n = 0; n < 1_000; n += 1) {
      builder.add(start({ acctSessionId: `s${n}`, atS: 1 }));
    }
    expect(desk.idsTaken).toBe(2);
    expect(builder.writes).toHaveLength(1);
  });

  it('of another service under an old key books to the new one alone', () => {
    const desk = new Desk();
    desk.write(stop({ sessionTimeS: 60, uploadOctets: 5 }));
    const builder = desk.write(
      start({ serviceId: 8, atS: 500 }),
      report({ serviceId: 8, sessionTimeS: 60, atS: 560, uploadOctets: 7 }),
    );
    expect(builder.rows.map(({ serviceId }) => serviceId)).toEqual([8, 8]);
    expect(desk.table.firstOpen(8)).toBeDefined();
    expect(desk.table.firstOpen(7)).toBeUndefined();
  });
});

describe('any reports of any sessions through any batches', () => {
  const told = fc.record({
    session: fc.nat(3),
    service: fc.nat(2),
    atS: fc.nat(9_000),
    octets: fc.nat(1_000),
    station: fc.nat(2),
    status: fc.constantFrom(1, 2, 3, 3, 3),
  });

  it('book exactly what the sessions show, once, and leave nothing held', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (list, batchSize) => {
        const desk = new Desk();
        const shown = new Map<number, number>();
        let booked = 0;
        let raw = 0;
        let waiting = list.map(({ session, service, atS, octets, station, status }) =>
          report({
            status,
            acctSessionId: `s${session}`,
            username: `u${service}`,
            serviceId: service,
            stationHash: station,
            sessionTimeS: atS,
            delayS: 9_000 - atS,
            uploadOctets: octets,
          }),
        );
        while (waiting.length > 0) {
          const builder = desk.builder();
          const additions = waiting.map(
            (one, at): Addition => (at < batchSize ? builder.add(one) : 'deferred'),
          );
          waiting = waiting.filter((_, at) => additions[at] === 'deferred');
          for (const { after, usage } of builder.writes) {
            if (after.serviceId !== 0) shown.set(after.id, after.uploadOctets + after.downloadOctets);
            if (after.serviceId !== 0) booked += (usage?.uploadDelta ?? 0) + (usage?.downloadDelta ?? 0);
          }
          for (const row of builder.rows) if (row.serviceId !== 0) raw += row.uploadDelta + row.downloadDelta;
          const perService = builder.writes.filter(
            ({ usage, after }) => usage !== undefined && after.serviceId !== 0,
          );
          expect(new Set(perService.map(({ after }) => after.serviceId)).size).toBe(perService.length);
          builder.settle();
        }
        const ofServices = [...shown.values()].reduce((sum, octets) => sum + octets, 0);
        expect(booked).toBe(raw);
        expect(booked).toBe(ofServices);
        for (const service of [1, 2]) expect(desk.table.holderOf(service)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
