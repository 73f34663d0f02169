import { expect } from 'vitest';
import type { Database } from '../../src/db/database.ts';

/** A session row, its counters as numbers. */
export interface SessionRow {
  readonly generation: number;
  readonly up: number;
  readonly down: number;
  readonly cause: string | null;
  readonly anomalies: number;
  readonly version: number;
}

type Both = readonly [up: number, down: number];

/** What the database shows of one subscriber's usage, in every place that keeps it. */
export class Books {
  readonly username: string;
  readonly #db: Database;

  constructor(db: Database, username: string) {
    this.#db = db;
    this.username = username;
  }

  sessions(): Promise<SessionRow[]> {
    return this.#db.query(
      `select generation, upload_octets::float8 as up, download_octets::float8 as down, close_cause as cause,
         anomalies, version from sessions where username = $1 order by started_at, id`,
      [this.username],
    );
  }

  /** Lets the service have begun a day ago, for reports of earlier. */
  async backdate(): Promise<void> {
    await this.#db.query(
      `update isp_service_segments set from_at = from_at - interval '1 day' where service_id = ${MINE}`,
      [this.username],
    );
  }

  /** Upload and download as each book has them; hours keep both directions together. */
  async totals(): Promise<Record<'sessions' | 'raw' | 'days' | 'hours' | 'segments', Both>> {
    const of = (up: string, down: string, from: string): Promise<Both> => this.#sum(up, down, from);
    return {
      sessions: await of('upload_octets', 'download_octets', 'sessions where username = $1'),
      raw: await of('upload_delta', 'download_delta', `accounting where service_id = ${MINE}`),
      days: await of('upload', 'download', `isp_usage_logs where service_id = ${MINE}`),
      hours: await of(
        '(select sum(h) from unnest(hours) h)',
        '0',
        `isp_usage_logs where service_id = ${MINE}`,
      ),
      segments: await of(
        'upload_octets',
        'download_octets',
        `isp_service_segments where service_id = ${MINE}`,
      ),
    };
  }

  /** All books say the same. */
  async expectTotals(up: number, down: number): Promise<void> {
    const both = [up, down];
    const hours = [up + down, 0];
    expect(await this.totals()).toEqual({ sessions: both, raw: both, days: both, segments: both, hours });
  }

  async #sum(up: string, down: string, from: string): Promise<Both> {
    const [row] = await this.#db.query<{ up: number; down: number }>(
      `select coalesce(sum(${up}), 0)::float8 as up, coalesce(sum(${down}), 0)::float8 as down from ${from}`,
      [this.username],
    );
    return [row?.up ?? 0, row?.down ?? 0];
  }
}

const MINE = '(select id from isp_services where username = $1)';
