import { formatDurationS } from '../../network/routeros/duration.ts';
import type { Row } from './query.ts';
import type { LiveRouter } from './session-rows.ts';

/** The machine a simulated router pretends to be. */
export interface Board {
  readonly version: string;
  readonly boardName: string;
  cpuLoadPercent: number;
  freeMemoryOctets: number;
  /** What `/radius monitor` shows, by its names; the rest is 0. */
  readonly radiusCounters: Record<string, number>;
  /** Its peers of WireGuard. */
  readonly tunnelPeers: Row[];
}

export const board = (): Board => ({
  version: '7.18.2 (stable)',
  boardName: 'CCR2004-1G-12S+2XS',
  cpuLoadPercent: 7,
  freeMemoryOctets: 3_600_000_000,
  radiusCounters: {},
  tunnelPeers: [],
});

/** What a router says about itself, by menu; undefined for any other menu. */
export function systemRow(path: string, router: LiveRouter, machine: Board): Row | undefined {
  if (path === '/system/resource') {
    return {
      uptime: formatDurationS((router.nowMs() - router.bootedAtMs) / 1000),
      version: machine.version,
      'board-name': machine.boardName,
      'architecture-name': 'arm64',
      platform: 'MikroTik',
      'cpu-count': '4',
      'cpu-load': String(machine.cpuLoadPercent),
      'total-memory': '4294967296',
      'free-memory': String(machine.freeMemoryOctets),
    };
  }
  if (path === '/system/clock') {
    const iso = new Date(router.nowMs() + router.clockSkewS * 1000).toISOString();
    return {
      date: iso.slice(0, 10),
      time: iso.slice(11, 19),
      'time-zone-name': 'UTC',
      'gmt-offset': '+00:00',
    };
  }
  return undefined;
}
