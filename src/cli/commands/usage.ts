import { localHour } from '../../kernel/calendar.ts';
import { notFound } from '../../kernel/errors.ts';
import { formatOctets } from '../../kernel/octets.ts';
import { findSegmentAt, type OpenSegment } from '../../subscribers/services/segment.store.ts';
import { findService } from '../../subscribers/services/service.store.ts';
import { peakHour } from '../../usage/peak-hours.ts';
import { listUsageDays, type UsageDay } from '../../usage/usage-report.store.ts';
import type { Command } from '../command.ts';
import { formatBitRate, formatInstant } from '../format.ts';
import { pairs, table } from '../table.ts';

const daysDefault = 31;

/** The command `usage`. */
export const usageCommand: Command = {
  name: 'usage',
  summary: 'show what a service used: today, this period, day by day',
  positionals: [{ name: 'username', help: 'whose service' }],
  options: { days: { value: 'N', help: `how many days with usage (${daysDefault})` } },
  notes: ['Upload is what the subscriber sends, download what he receives. GB are 10^9 octets.'],
  examples: ['usage amina'],
  async run({ args, out, open }) {
    const days = args.integer('days', { min: 1, max: 3_660 }) ?? daysDefault;
    const username = args.required('username');
    const { db, clock, timeZone } = await open();
    const service = await findService(db, username);
    if (service === undefined) throw notFound('service_not_found', `There is no service '${username}'.`);
    const segment = await findSegmentAt(db, service.id, new Date(clock.nowMs()));
    const listed = await listUsageDays(db, { serviceId: service.id, days });
    const date = localHour(clock.nowMs(), timeZone).date;
    const today = listed.find((day) => day.date === date);
    const machine = {
      serviceId: service.id,
      username,
      timeZone,
      today: today ?? { date, uploadOctets: 0, downloadOctets: 0, peakBps: 0, hours: [] },
      segment,
      days: listed.map((day) => ({ ...day, peakHour: peakHour(day.hours) })),
    };
    out.result(machine, () => report({ username, timeZone, segment, today, listed }));
    return undefined;
  },
};

function report(usage: {
  username: string;
  timeZone: string;
  segment: OpenSegment | undefined;
  today: UsageDay | undefined;
  listed: readonly UsageDay[];
}): string {
  const { username, timeZone, segment, today, listed } = usage;
  const head = pairs([
    ['service', username],
    ['today', directions(today?.uploadOctets ?? 0n, today?.downloadOctets ?? 0n)],
    ...(segment === undefined ? [] : segmentLines(segment, timeZone)),
  ]);
  if (listed.length === 0) return `${head}\n\nNothing was used yet.`;
  const daily = table(
    [
      { title: `day (${timeZone})` },
      { title: 'upload', isRight: true },
      { title: 'download', isRight: true },
      { title: 'total', isRight: true },
      { title: 'busiest hour' },
      { title: 'peak rate', isRight: true },
    ],
    listed.map((day) => [
      day.date,
      formatOctets(day.uploadOctets),
      formatOctets(day.downloadOctets),
      formatOctets(day.uploadOctets + day.downloadOctets),
      hourSpan(peakHour(day.hours)),
      formatBitRate(day.peakBps),
    ]),
  );
  return `${head}\n\n${daily}`;
}

function segmentLines(segment: OpenSegment, timeZone: string): [string, string][] {
  const used = segment.usedOctets;
  const since = formatInstant(segment.fromAt, timeZone);
  const lines: [string, string][] = [
    [`since ${since}`, directions(segment.uploadOctets, segment.downloadOctets)],
  ];
  const allowance = segment.allowanceOctets;
  if (allowance === undefined) return lines;
  const percent = allowance === 0n ? 100n : (used * 100n) / allowance;
  lines.push([
    'allowance',
    `${formatOctets(used)} of ${formatOctets(allowance)} used (${percent} %), then ${segment.terms.limit_action}`,
  ]);
  return lines;
}

function directions(upload: bigint, download: bigint): string {
  return `${formatOctets(upload)} upload, ${formatOctets(download)} download, ${formatOctets(upload + download)} in all`;
}

function hourSpan(hour: number | undefined): string {
  if (hour === undefined) return '';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(hour)}:00-${two((hour + 1) % 24)}:00`;
}
