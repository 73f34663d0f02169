import type { Queryable, Transaction } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { countedOctetsSql } from '../../subscribers/counted-octets.ts';
import type { PeriodUse } from './quota.ts';

/** The period an instant belongs to, with what has been used of it. */
export interface UsedPeriod extends PeriodUse {
  /** The first instant of the period; of one that is not billed yet, of the segment that waits for it. */
  readonly startAt: Date;
  /** A later period is rated already: nothing that happens to this one has an effect any more (O8). */
  readonly isClosed: boolean;
  readonly segment: {
    readonly id: string;
    /** What may still be used in it; undefined = as much as one likes. */
    readonly allowanceOctets: bigint | undefined;
    readonly usedOctets: bigint;
  };
}

interface Row {
  readonly segment_id: string;
  readonly from_at: Date;
  readonly segment_allowance: string | null;
  readonly segment_used: string;
  readonly cycle_id: string | null;
  readonly period_start: Date | null;
  readonly period_allowance: string | null;
  readonly period_used: string | null;
  readonly is_closed: boolean;
}

const POSITION = `
  select g.id as segment_id, g.from_at, g.allowance_octets as segment_allowance, ${countedOctetsSql('g')} as segment_used,
    c.id as cycle_id, c.period_start, c.allowance_bytes as period_allowance,
    (select sum(${countedOctetsSql('x')}) from isp_service_segments x where x.service_id = g.service_id
       and x.from_at >= c.period_start and x.from_at < c.period_end) as period_used,
    exists (select from isp_billing_cycles r where r.service_id = g.service_id and r.seq > c.seq
       and r.overage_charged is not null) as is_closed
  from isp_service_segments g left join isp_billing_cycles c on c.service_id = g.service_id
    and g.from_at >= c.period_start and g.from_at < c.period_end
  where g.service_id = $1::bigint and g.from_at <= $2::timestamptz
    and (g.to_at is null or g.to_at > $2::timestamptz)`;

/** The period of a service at an instant, its segments taken together (O7); undefined when it has no service then. */
export async function usedPeriodAt(q: Queryable, id: ServiceId, at: Date): Promise<UsedPeriod | undefined> {
  const [row] = await q.query<Row>(POSITION, [id, at]);
  if (row === undefined) return undefined;
  const allowance = row.cycle_id === null ? row.segment_allowance : row.period_allowance;
  return {
    startAt: row.period_start ?? row.from_at,
    isClosed: row.is_closed,
    usedOctets: BigInt(row.period_used ?? row.segment_used),
    allowanceOctets: allowance === null ? undefined : BigInt(allowance),
    segment: {
      id: row.segment_id,
      allowanceOctets: row.segment_allowance === null ? undefined : BigInt(row.segment_allowance),
      usedOctets: BigInt(row.segment_used),
    },
  };
}

/** What may still be used in a segment. */
export async function setSegmentAllowance(tx: Transaction, id: string, octets: bigint): Promise<void> {
  await tx.query('update isp_service_segments set allowance_octets = $2::bigint where id = $1::bigint', [
    id,
    octets,
  ]);
}
