import { setTimeout as sleep } from 'node:timers/promises';
import { type AuthLogLine, readAuthLog } from '../../radius/auth/auth-log-report.store.ts';
import { decodeTrail } from '../../radius/policy/trail.ts';
import { type Command, type CommandCall, EXIT } from '../command.ts';
import type { CliContext } from '../context.ts';
import { formatInstant } from '../format.ts';
import { printable } from '../table.ts';

const limitDefault = 50;
const daysDefault = 7;
const dayMs = 86_400_000;
const followEveryMs = 500;
/** Lines are written in batches, so one may appear this much after its instant. */
const lateMs = 10_000;
const followLimit = 10_000;

/** The command `auth-log`. */
export const authLogCommand: Command = {
  name: 'auth-log',
  summary: 'show the latest logins: accepted, walled, rejected and why, and dropped packets',
  options: {
    username: { value: 'U', help: 'only those of this user name' },
    limit: { value: 'N', help: `how many (${limitDefault})` },
    days: { value: 'N', help: `how far back to look (${daysDefault})` },
    follow: { help: 'go on with new ones until Ctrl-C' },
  },
  notes: ['With --json every line is an object of its own.'],
  examples: ['auth-log --username amina --limit 10', 'auth-log --follow'],
  async run(call) {
    const { args, out, open } = call;
    const limit = args.integer('limit', { min: 1, max: 100_000 }) ?? limitDefault;
    const days = args.integer('days', { min: 1, max: 3_650 }) ?? daysDefault;
    const username = args.text('username');
    const context = await open();
    const nowMs = context.clock.nowMs();
    const span = { from: new Date(nowMs - days * dayMs), to: new Date(nowMs + lateMs) };
    const lines = await readAuthLog(context.db, { ...span, username, limit });
    for (const line of lines) print(line, call, context);
    if (args.flag('follow')) return follow(call, context, lines);
    if (lines.length === 0 && !out.isJson) out.note(`No login in the last ${days} days.`);
    return undefined;
  },
};

/** Reads the last seconds again and again; what was shown is not shown twice. */
async function follow(
  call: CommandCall,
  context: CliContext,
  shown: readonly AuthLogLine[],
): Promise<typeof EXIT.done> {
  const { signal } = call.io;
  const seen = new Map(shown.map((line) => [line.key, line.at.getTime()]));
  const sinceMs = shown.at(-1)?.at.getTime() ?? context.clock.nowMs() - lateMs;
  while (!signal.aborted) {
    await sleep(followEveryMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const nowMs = context.clock.nowMs();
    const span = { from: new Date(Math.max(sinceMs, nowMs - 2 * lateMs)), to: new Date(nowMs + lateMs) };
    const username = call.args.text('username');
    for (const line of await readAuthLog(context.db, { ...span, username, limit: followLimit })) {
      if (seen.has(line.key)) continue;
      seen.set(line.key, line.at.getTime());
      print(line, call, context);
    }
    for (const [key, atMs] of seen) if (atMs < nowMs - 3 * lateMs) seen.delete(key);
  }
  return EXIT.done;
}

function print(line: AuthLogLine, { out }: CommandCall, { timeZone }: CliContext): void {
  const { key: _key, trail, ...shown } = line;
  const steps = line.outcome === 'drop' ? [] : decodeTrail(trail);
  out.line({ ...shown, trail: steps }, () =>
    printable(
      [
        formatInstant(line.at, timeZone),
        line.outcome.padEnd(6),
        line.outcome === 'drop' ? `${line.count} x ${line.reason ?? ''}` : line.username,
        ...(line.outcome === 'drop' || line.reason === undefined ? [] : [`(${line.reason})`]),
        ...(line.outcome === 'drop' ? [] : [line.method]),
        ...(line.callingStation === undefined ? [] : [`from ${line.callingStation}`]),
        ...placeOf(line),
      ].join('  '),
    ),
  );
}

function placeOf(line: AuthLogLine): string[] {
  const place = line.nasName ?? line.source;
  return place === undefined ? [] : [`on ${place}`];
}
