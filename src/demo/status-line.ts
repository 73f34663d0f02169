import { formatOctets } from '../kernel/octets.ts';
import type { LifeNumbers } from './life.ts';

/** What the routers had seen at an instant. */
export interface Reading {
  readonly atMs: number;
  readonly numbers: LifeNumbers;
}

const octetsPerSMin = 10_000;

/**
 * One line about the time between two readings. Traffic is reported every 20 s, so readings should be as far apart;
 * `18:03:05  247 sessions up, 1.2 logins/s, ...`.
 */
export function statusLine(before: Reading, now: Reading, timeZone: string): string {
  const seconds = Math.max(0.001, (now.atMs - before.atMs) / 1000);
  const per = (key: keyof LifeNumbers): number =>
    Math.max(0, now.numbers[key] - before.numbers[key]) / seconds;
  const bitRate = (key: 'uploadOctets' | 'downloadOctets'): string =>
    formatOctets(Math.round(per(key) * 8)).replace(/B$/, 'bit/s');
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' }).format(now.atMs);
  const { sessionsUp, rejects, unanswered } = now.numbers;
  return [
    `${clock}  ${sessionsUp} sessions up`,
    `${per('accepts').toFixed(1)} logins/s`,
    `${rejects} refused so far`,
    ...(unanswered > 0 ? [`${unanswered} unanswered`] : []),
    // Nothing is known of traffic before the first sessions have reported.
    ...(per('downloadOctets') > octetsPerSMin
      ? [`down ${bitRate('downloadOctets')}`, `up ${bitRate('uploadOctets')}`]
      : []),
    `accounting ${per('accountingAcked').toFixed(0)}/s`,
  ].join(' | ');
}
