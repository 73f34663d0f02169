import type { Queryable } from '../../db/database.ts';

/** A running role of some host, as the others see it. */
export interface RoleHealth {
  readonly instance: string;
  readonly role: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Date;
  readonly seenAt: Date;
  readonly counters: Readonly<Record<string, unknown>>;
}

/** Says that a role is alive, with its counters. */
export async function reportHealth(
  q: Queryable,
  health: { instance: string; role: string; host: string; pid: number; startedAt: Date; counters: object },
): Promise<void> {
  await q.query(
    `insert into role_health (instance, role, host, pid, started_at, seen_at, counters)
     values ($1, $2, $3, $4::int, $5::timestamptz, now(), $6::jsonb)
     on conflict (instance) do update set seen_at = now(), counters = excluded.counters`,
    [
      health.instance,
      health.role,
      health.host,
      health.pid,
      health.startedAt,
      JSON.stringify(health.counters),
    ],
    { deadlineMs: 3_000 },
  );
}

/** Roles heard of within the last seconds, newest first. */
export async function liveRoles(q: Queryable, withinS = 10): Promise<RoleHealth[]> {
  return q.query<RoleHealth>(
    `select instance, role, host, pid, started_at as "startedAt", seen_at as "seenAt", counters from role_health
     where seen_at > now() - make_interval(secs => $1::int) order by role, started_at desc`,
    [withinS],
  );
}

/** Takes a role that stopped, and those long silent, out of the table. */
export async function retireHealth(q: Queryable, instance: string): Promise<void> {
  await q.query(`delete from role_health where instance = $1 or seen_at < now() - interval '1 day'`, [
    instance,
  ]);
}
