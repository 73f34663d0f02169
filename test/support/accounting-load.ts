import type { Database } from '../../src/db/database.ts';
import { TestRouter } from './radius-router.ts';
import type { RunningRadius } from './radius-server.ts';

/** The last report of a session that was acknowledged. */
interface Acknowledged {
  readonly status: 'Start' | 'Interim-Update' | 'Stop';
  readonly up: number;
  readonly down: number;
}

const TRIES = 3;
const TIMEOUT_MS = 400;

/**
 * Subscribers that dial, report and hang up without pause, each over its own sessions, and a ledger of what the
 * server has acknowledged. Requests are repeated with the same octets as routers do; what stays unanswered is given
 * up. `servers` are used in turn, report by report: routers with a backup server do that.
 */
export class AccountingLoad {
  readonly ledger = new Map<string, Acknowledged>();
  acknowledged = 0;
  unanswered = 0;
  readonly #router: TestRouter;
  readonly #servers: readonly RunningRadius[];
  readonly #workers: Promise<void>[];
  #isOver = false;
  #turn = 0;

  private constructor(router: TestRouter, servers: readonly RunningRadius[], usernames: readonly string[]) {
    this.#router = router;
    this.#servers = servers;
    this.#workers = usernames.map((username) => this.#work(username));
  }

  static async start(
    servers: readonly RunningRadius[],
    usernames: readonly string[],
  ): Promise<AccountingLoad> {
    return new AccountingLoad(await TestRouter.open(), servers, usernames);
  }

  /** Lets what is under way end; sessions stay as they are. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#workers);
    this.#router.close();
  }

  async #work(username: string): Promise<void> {
    for (let n = 0; !this.#isOver; n += 1) {
      const session = `${username}-${n}`;
      await this.#tell(username, session, { status: 'Start', up: 0, down: 0 }, 0);
      for (let step = 1; step <= 4 && !this.#isOver; step += 1) {
        const status = step === 4 ? 'Stop' : 'Interim-Update';
        await this.#tell(
          username,
          session,
          { status, up: step * 1_000 + n, down: step * 7_000_000_000 + n },
          step * 60,
        );
      }
    }
  }

  async #tell(username: string, session: string, report: Acknowledged, timeS: number): Promise<void> {
    const packet = this.#router.accounting({ username, session, timeS, ...report });
    for (let tried = 0; tried < TRIES; tried += 1) {
      const server = this.#servers[this.#turn++ % this.#servers.length];
      const reply = await this.#router.send(packet, server.acctPort, TIMEOUT_MS);
      if (reply === undefined) continue;
      this.#router.read(reply, packet);
      this.acknowledged += 1;
      this.ledger.set(`${username} ${session}`, report);
      return;
    }
    this.unanswered += 1;
  }
}

/** What the database lacks of a ledger, and where its books differ from one another; all empty when nothing is wrong. */
export async function audit(db: Database, load: AccountingLoad): Promise<Record<string, string[]>> {
  const rows = await db.query<{ key: string; up: number; down: number; closed: boolean; generation: number }>(
    `select username || ' ' || acct_session_id as key, upload_octets::float8 as up, download_octets::float8 as down,
       closed_at is not null as closed, generation from sessions`,
    [],
    { deadlineMs: 20_000 },
  );
  const found = new Map(rows.map((row) => [row.key, row]));
  const missing: string[] = [];
  const behind: string[] = [];
  const open: string[] = [];
  for (const [key, { status, up, down }] of load.ledger) {
    const row = found.get(key);
    if (row === undefined) missing.push(key);
    else if (row.up < up || row.down < down) behind.push(key);
    else if (status === 'Stop' && !row.closed) open.push(key);
  }
  const again = rows.filter(({ generation }) => generation > 1).map(({ key }) => key);
  const uneven = await db.query<{ what: string }>(UNEVEN, [], { deadlineMs: 20_000 });
  return { missing, behind, open, again, uneven: uneven.map(({ what }) => what) };
}

/** Sessions whose raw rows do not add up to their counters, and services whose days or segments do not either. */
const UNEVEN = `
  select 'session ' || s.id as what from sessions s left join
    (select session_id, sum(upload_delta) up, sum(download_delta) down from accounting group by 1) a on a.session_id = s.id
  where s.upload_octets <> coalesce(a.up, 0) or s.download_octets <> coalesce(a.down, 0)
  union all
  select 'service ' || v.id from isp_services v
    left join (select service_id, sum(upload_octets) up, sum(download_octets) down from sessions group by 1) s on s.service_id = v.id
    left join (select service_id, sum(upload) up, sum(download) down,
        sum((select sum(h) from unnest(hours) h)) hours from isp_usage_logs group by 1) d on d.service_id = v.id
    left join (select service_id, sum(upload_octets) up, sum(download_octets) down from isp_service_segments group by 1) g
      on g.service_id = v.id
  where coalesce(s.up, 0) <> coalesce(d.up, 0) or coalesce(s.down, 0) <> coalesce(d.down, 0)
    or coalesce(d.hours, 0) <> coalesce(d.up, 0) + coalesce(d.down, 0)
    or coalesce(s.up, 0) <> coalesce(g.up, 0) or coalesce(s.down, 0) <> coalesce(g.down, 0)`;

/** What `audit` finds when all is well. */
export const NOTHING_WRONG = { missing: [], behind: [], open: [], again: [], uneven: [] };
