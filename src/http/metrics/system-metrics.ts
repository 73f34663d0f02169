import { Counter, Gauge, Registry } from 'prom-client';
import { z } from 'zod';
import type { SystemFacts } from '../../reports/metrics.service.ts';
import { label, latencyText } from './latency-text.ts';

const count = z.number().nonnegative().catch(0);
const latency = z
  .object({ bounds_us: z.array(z.number()), counts: z.array(z.number()), sum_us: z.number() })
  .optional()
  .catch(undefined);

/** What a RADIUS role keeps in `role_health.counters`, as far as monitors want it. */
const radiusCounters = z.object({
  access_requests: count,
  accepts: count,
  walled_accepts: count,
  rejects: count,
  accounting_requests: count,
  accounting_responses: count,
  status_requests: count,
  duplicates_answered: count,
  duplicates_ignored: count,
  auth_log_lost: count,
  stale_class_starts: count,
  accounting_queue: count,
  subscribers: count,
  drops: z.record(z.string(), count).catch({}),
  access_latency: latency,
  accounting_latency: latency,
});

const PACKETS = [
  'access_requests',
  'accepts',
  'walled_accepts',
  'rejects',
  'accounting_requests',
  'accounting_responses',
  'status_requests',
  'duplicates_answered',
  'duplicates_ignored',
  'auth_log_lost',
  'stale_class_starts',
] as const;

/** The whole system in the text format of Prometheus; with the database away only that it is. */
export async function systemMetricsText(facts: SystemFacts | undefined): Promise<string> {
  const registry = new Registry();
  const gauge = gaugesOf(registry);
  gauge('netflow_database_up', 'Whether the database answers.').set(facts === undefined ? 0 : 1);
  if (facts === undefined) return registry.metrics();
  writeStored(facts, gauge);
  const radius = facts.roles
    .filter(({ role }) => role === 'radius')
    .map(({ host, pid, counters }) => ({
      labels: { host, pid: String(pid) },
      counters: radiusCounters.parse(counters),
    }));
  writeRadius(radius, registry, gauge);
  const series = (pick: (each: (typeof radius)[number]['counters']) => z.output<typeof latency>) =>
    radius.flatMap(({ labels, counters }) => {
      const report = pick(counters);
      const text = `${label('host', labels.host)},${label('pid', labels.pid)}`;
      return report === undefined ? [] : [{ labels: text, report }];
    });
  return [
    await registry.metrics(),
    latencyText(
      { name: 'netflow_radius_access_duration_seconds', help: 'Time to answer an Access-Request.' },
      series((counters) => counters.access_latency),
    ),
    latencyText(
      { name: 'netflow_radius_accounting_duration_seconds', help: 'Time to answer an Accounting-Request.' },
      series((counters) => counters.accounting_latency),
    ),
  ].join('\n');
}

type Gauges = (name: string, help: string, labels?: readonly string[]) => Gauge;

function gaugesOf(registry: Registry): Gauges {
  return (name, help, labels = []) =>
    new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
}

/** What the database knows: roles, sessions, queues, jobs. */
function writeStored({ roles, sessions, backlogs, jobs }: SystemFacts, gauge: Gauges): void {
  const up = gauge('netflow_role_up', 'Roles that have reported within ten seconds.', [
    'role',
    'host',
    'pid',
  ]);
  for (const { role, host, pid } of roles) up.set({ role, host, pid }, 1);
  gauge('netflow_sessions_open', 'Sessions that are open, certain or not.').set(sessions.sessions);
  gauge('netflow_sessions_uncertain', 'Open sessions nobody has heard of for too long.').set(
    sessions.uncertain,
  );
  const waiting = gauge('netflow_queue_waiting', 'What waits in the database, by queue.', ['queue']);
  const oldest = gauge('netflow_queue_oldest_seconds', 'How long the oldest has waited.', ['queue']);
  for (const [queue, backlog] of Object.entries(backlogs)) {
    waiting.set({ queue }, backlog.waiting);
    oldest.set({ queue }, backlog.oldestS);
  }
  const failed = gauge('netflow_job_failed', 'Whether the newest run of a job failed.', ['job']);
  const finished = gauge('netflow_job_finished_timestamp_seconds', 'When it ended.', ['job']);
  const took = gauge('netflow_job_duration_seconds', 'How long it took.', ['job']);
  for (const { job, hasFailed, finishedAtS, tookS } of jobs) {
    failed.set({ job }, hasFailed ? 1 : 0);
    finished.set({ job }, finishedAtS);
    took.set({ job }, tookS);
  }
}

interface RadiusProcess {
  readonly labels: { readonly host: string; readonly pid: string };
  readonly counters: z.output<typeof radiusCounters>;
}

/** What each RADIUS process has counted since it started. */
function writeRadius(processes: readonly RadiusProcess[], registry: Registry, gauge: Gauges): void {
  const registers = [registry];
  const packets = new Counter({
    name: 'netflow_radius_packets_total',
    help: 'Packets by what became of them.',
    labelNames: ['host', 'pid', 'kind'],
    registers,
  });
  const drops = new Counter({
    name: 'netflow_radius_drops_total',
    help: 'Datagrams that got no answer, by reason.',
    labelNames: ['host', 'pid', 'reason'],
    registers,
  });
  const queue = gauge('netflow_radius_accounting_queue', 'Reports that wait to be written.', ['host', 'pid']);
  const subscribers = gauge('netflow_radius_subscribers', 'Subscribers in memory.', ['host', 'pid']);
  for (const { labels, counters } of processes) {
    for (const kind of PACKETS) packets.inc({ ...labels, kind }, counters[kind]);
    for (const [reason, dropped] of Object.entries(counters.drops)) drops.inc({ ...labels, reason }, dropped);
    queue.set(labels, counters.accounting_queue);
    subscribers.set(labels, counters.subscribers);
  }
}
