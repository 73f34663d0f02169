import { formatDuration } from '../../kernel/duration.ts';
import { formatOctets } from '../../kernel/octets.ts';
import { listSessions, type SessionReport } from '../../usage/sessions/session-report.store.ts';
import type { Command } from '../command.ts';
import { formatCount, formatInstant } from '../format.ts';
import { table } from '../table.ts';

const limitDefault = 100;

/** The command `session list`. */
export const sessionListCommand: Command = {
  name: 'session list',
  summary: 'show live sessions, the newest first',
  options: {
    username: { value: 'U', help: 'only those of this user' },
    all: { help: 'closed ones too' },
    limit: { value: 'N', help: `how many at most (${limitDefault})` },
  },
  examples: ['session list --username amina --all'],
  async run({ args, out, open }) {
    const limit = args.integer('limit', { min: 1, max: 100_000 }) ?? limitDefault;
    const { db, clock, timeZone } = await open();
    const found = await listSessions(db, {
      username: args.text('username'),
      includeClosed: args.flag('all'),
      limit: limit + 1,
    });
    const items = found.slice(0, limit);
    out.result({ items }, () =>
      items.length === 0 ? 'No session matches.' : listing(items, { timeZone, nowMs: clock.nowMs() }),
    );
    if (found.length > limit && !out.isJson) out.note(`Only the newest ${formatCount(limit)} are shown.`);
    return undefined;
  },
};

function listing(items: readonly SessionReport[], at: { timeZone: string; nowMs: number }): string {
  return table(
    [
      { title: 'username' },
      { title: 'NAS' },
      { title: 'address' },
      { title: 'MAC or station' },
      { title: 'state' },
      { title: `started (${at.timeZone})` },
      { title: 'duration', isRight: true },
      { title: 'upload', isRight: true },
      { title: 'download', isRight: true },
      { title: 'last report', isRight: true },
      { title: 'session id' },
    ],
    items.map((session) => [
      session.username,
      session.nasName ?? 'removed',
      session.framedIp ?? '',
      session.callingStation ?? '',
      stateOf(session),
      formatInstant(session.startedAt, at.timeZone),
      formatDuration(session.sessionTimeS),
      formatOctets(session.uploadOctets),
      formatOctets(session.downloadOctets),
      `${formatDuration((at.nowMs - session.lastReportAt.getTime()) / 1000)} ago`,
      session.acctSessionId,
    ]),
  );
}

function stateOf(session: SessionReport): string {
  if (session.state === 'closed') return `closed${session.closeCause ? ` (${session.closeCause})` : ''}`;
  const isUsual = session.grade === undefined || session.grade === 'full';
  return isUsual ? session.state : `${session.state} (${session.grade})`;
}
