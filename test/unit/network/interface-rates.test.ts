import { expect, it } from 'vitest';
import { withoutRates, withRates } from '../../../src/network/monitoring/interface-rates.ts';
import type { RouterInterface } from '../../../src/network/monitoring/router-health.ts';

const port = (receivedOctets: number, sentOctets: number, name = 'ether1'): RouterInterface => ({
  name,
  type: 'ether',
  isRunning: true,
  receivedOctets,
  sentOctets,
});

it('a port carries what its counters grew by since the look before', () => {
  const now = [port(13_500_000, 2_000_000), port(5, 5, 'ether2')];
  const earlier = { interfaces: [port(1_000_000, 750_000), port(5, 5, 'ether2')], overS: 10 };
  expect(withRates(now, earlier, 86_400)).toMatchObject([
    { receivedBps: 10_000_000, sentBps: 1_000_000 },
    { receivedBps: 0, sentBps: 0 },
  ]);
});

it.each<{ name: string; earlier: Parameters<typeof withRates>[1]; uptimeS: number | undefined }>([
  { name: 'the first look', earlier: undefined, uptimeS: 1_000 },
  { name: 'no time in between', earlier: { interfaces: [port(0, 0)], overS: 0 }, uptimeS: 1_000 },
  { name: 'a counter that went back', earlier: { interfaces: [port(0, 101)], overS: 10 }, uptimeS: 1_000 },
  { name: 'a reboot in between', earlier: { interfaces: [port(0, 0)], overS: 10 }, uptimeS: 9 },
  {
    name: 'a port that was not there',
    earlier: { interfaces: [port(0, 0, 'x')], overS: 10 },
    uptimeS: 9_000,
  },
])('$name tells no rate', ({ earlier, uptimeS }) => {
  expect(withRates([port(100, 100)], earlier, uptimeS)).toEqual([port(100, 100)]);
});

it('an unknown uptime is no reboot', () => {
  const earlier = { interfaces: [port(0, 0)], overS: 1 };
  expect(withRates([port(125, 250)], earlier, undefined)).toMatchObject([
    { receivedBps: 1_000, sentBps: 2_000 },
  ]);
});

it('rates of a router that does not answer are taken away', () => {
  expect(withoutRates([{ ...port(1, 2), receivedBps: 5, sentBps: 6 }])).toEqual([port(1, 2)]);
});
