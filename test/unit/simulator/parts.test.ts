import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressPools } from '../../../src/simulator/address-pools.ts';
import { fateOf, noFaults } from '../../../src/simulator/faults.ts';
import { LatencyHistogram } from '../../../src/simulator/latency.ts';
import { seededRandom } from '../../../src/simulator/random.ts';
import { SessionIds } from '../../../src/simulator/session-ids.ts';
import { subscriber } from '../../../src/simulator/subscriber.ts';
import { parseSubscribers } from '../../../src/simulator/subscribers-file.ts';
import { splitCounter, trafficOf } from '../../../src/simulator/traffic.ts';

describe('traffic', () => {
  it('never exceeds the rate in force, upload and download each', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 10_000_000_000 }),
        fc.integer({ min: 1_000, max: 10_000_000_000 }),
        fc.double({ min: 0, max: 86_400, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (uploadBps, downloadBps, elapsedS, demand, fraction) => {
          const traffic = trafficOf({ rate: { uploadBps, downloadBps }, elapsedS, demand, fraction });
          expect(traffic.uploadOctets).toBeLessThanOrEqual((uploadBps / 8) * elapsedS);
          expect(traffic.downloadOctets).toBeLessThanOrEqual((downloadBps / 8) * elapsedS);
        },
      ),
    );
  });

  it.each([
    [0, 0, 0],
    [4_294_967_295, 4_294_967_295, 0],
    [4_294_967_296, 0, 1],
    [10_000_000_000, 1_410_065_408, 2],
  ])('%i octets travel as %i and %i gigawords', (octets, low, gigawords) => {
    expect(splitCounter(octets)).toEqual({ low, gigawords });
  });
});

describe('session ids', () => {
  it('are 81, the boot counter and five digits of sequence in lower case', () => {
    const ids = new SessionIds();
    expect(ids.next('pppoe').acctSessionId).toBe('81000000');
    for (let i = 0; i < 9; i += 1) ids.next('pppoe');
    expect(ids.next('hotspot').acctSessionId).toBe('8000000a');
  });

  it('come back after 16 boots, as on a router', () => {
    const ids = new SessionIds();
    const first = ids.next('pppoe').acctSessionId;
    const seen = Array.from({ length: 16 }, () => {
      ids.reboot();
      return ids.next('pppoe').acctSessionId;
    });
    expect(seen[0]).toBe('81100000');
    expect(seen[15]).toBe(first);
    expect(new Set(seen).size).toBe(16);
  });
});

describe('address pools', () => {
  it('hand out every usable address of the block once, then those that came back', () => {
    const pools = new AddressPools({ home: '10.9.0.0/30' });
    expect([pools.take('home'), pools.take('home'), pools.take('home')]).toEqual([
      '10.9.0.1',
      '10.9.0.2',
      undefined,
    ]);
    pools.release('10.9.0.1');
    expect(pools.take('home')).toBe('10.9.0.1');
  });

  it('an unknown name has no address unless every name exists', () => {
    expect(new AddressPools({}).take('home')).toBeUndefined();
    const any = new AddressPools('any');
    expect(any.take('home')).toBe('100.64.0.1');
    expect(any.take('other')).toBe('100.65.0.1');
    expect(any.take('home')).toBe('100.64.0.2');
  });
});

describe('faults', () => {
  it('without faults every datagram arrives once and at once', () => {
    expect(fateOf(noFaults(), () => 0)).toEqual([0]);
  });

  it.each([
    [{ loss: 1 }, 0],
    [{ duplication: 1 }, 2],
    [{ reordering: 1 }, 1],
  ])('with %o a datagram arrives %i times', (faults, copies) => {
    expect(fateOf({ ...noFaults(), ...faults }, seededRandom(1))).toHaveLength(copies);
  });

  it('about 2 in 100 datagrams are lost at a loss of 0.02, the same ones for the same seed', () => {
    const lost = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 10_000 }, () => fateOf({ ...noFaults(), loss: 0.02 }, random).length === 0);
    };
    const first = lost(7);
    expect(first).toEqual(lost(7));
    expect(first).not.toEqual(lost(8));
    expect(first.filter(Boolean).length).toBeGreaterThan(150);
    expect(first.filter(Boolean).length).toBeLessThan(250);
  });
});

describe('latency', () => {
  it('a percentile is within 5 % of the time it stands for', () => {
    const histogram = new LatencyHistogram();
    for (let ms = 1; ms <= 1000; ms += 1) histogram.add(ms);
    expect(histogram.percentileMs(0.5)).toBeGreaterThan(475);
    expect(histogram.percentileMs(0.5)).toBeLessThan(525);
    expect(histogram.percentileMs(0.99)).toBeGreaterThan(940);
    expect(histogram.percentileMs(0.99)).toBeLessThan(1040);
  });

  it('is 0 while nothing was measured', () => {
    expect(new LatencyHistogram().percentileMs(0.99)).toBe(0);
  });
});

describe('subscribers', () => {
  it('the MAC address of a name is always the same, unlike that of other names', () => {
    const macs = Array.from({ length: 5_000 }, (_, i) => subscriber({ username: `u${i}`, password: '' }).mac);
    expect(macs[0]).toMatch(/^02(:[0-9A-F]{2}){5}$/);
    expect(new Set(macs).size).toBe(5_000);
    expect(subscriber({ username: 'u0', password: '' }).mac).toBe(macs[0]);
  });

  it('are read from a csv with quotes, CRLF and a byte order mark, whatever else it holds', () => {
    const text = '\uFEFFusername,password,plan,mac\r\nann,"a,""b",home,\r\nbob,x,home,AA:BB:CC:DD:EE:FF\r\n';
    const parsed = parseSubscribers(text, 'pap');
    expect(parsed.ok && parsed.value.map(({ username, password }) => [username, password])).toEqual([
      ['ann', 'a,"b'],
      ['bob', 'x'],
    ]);
    expect(parsed.ok && parsed.value[1].mac).toBe('AA:BB:CC:DD:EE:FF');
  });

  it.each([
    ['name,secret\nann,x\n', 'columns username and password'],
    ['username,password\nann,x\n,y\n', 'Line 3 has no username'],
    ['', 'columns username and password'],
  ])('a csv that does not fit is refused with a sentence: %j', (text, sentence) => {
    const parsed = parseSubscribers(text, 'chap');
    expect(parsed).toMatchObject({ ok: false, error: expect.stringContaining(sentence) });
  });
});
