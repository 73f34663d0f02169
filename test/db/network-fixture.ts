import type { Database } from '../../src/db/database.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { addNas } from '../../src/network/nas/nas.service.ts';
import type { Logger } from '../../src/platform/logger.port.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { addPlan } from '../../src/subscribers/catalog/catalog.service.ts';
import type { NewPlan } from '../../src/subscribers/catalog/plan.ts';
import { createService, type ServiceDeps } from '../../src/subscribers/services/provisioning.service.ts';
import { testActor } from '../support/actor.ts';

/** What tests of enforcement work with: a plan at 5M/20M, routers and services by name, sessions by hand. */
export class NetworkFixture {
  readonly db: Database;
  readonly box = new SecretBox(Buffer.alloc(32, 7));
  readonly logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  readonly deps: ServiceDeps;
  #sessionId = 1_000;

  constructor(db: Database) {
    this.db = db;
    this.deps = { db, box: this.box, clock: systemClock };
  }

  async plan(code: string, rateLimit: string | undefined, terms: Partial<NewPlan> = {}): Promise<void> {
    const given = {
      ...terms,
      code,
      name: code,
      price: 1n,
      ...(rateLimit === undefined ? {} : { rateLimit }),
    };
    await addPlan({ db: this.db, checkAttribute: () => undefined }, given);
  }

  async service(username: string, planCode = 'home'): Promise<string> {
    const { id } = await createService(this.deps, {
      username,
      password: 'secret',
      planCode,
      actor: testActor,
    });
    return id;
  }

  async router(name: string, address: string, coaPort: number, secret: string): Promise<string> {
    const { id } = await addNas({ db: this.db, box: this.box }, { name, address, secret, coaPort });
    await this.db.query('update nas set coa_timeout_ms = 60 where id = $1::bigint', [id]);
    return id;
  }

  /** An open session; `silentS` ago was its last report, `begunS` ago (a day) its Start. */
  async session(given: {
    readonly nasId: string;
    readonly serviceId?: string;
    readonly username?: string;
    readonly acctSessionId?: string;
    readonly nasAddress?: string;
    readonly framedIp?: string;
    readonly grade?: string;
    readonly stateVersion?: number;
    readonly silentS?: number;
    readonly begunS?: number;
    readonly interimS?: number;
  }): Promise<string> {
    const id = String(++this.#sessionId);
    await this.db.query(
      `insert into sessions (id, nas_id, acct_session_id, username, service_id, started_at, last_report_at,
         last_event_at, grade, state_version, framed_ip, nas_address, interim_interval_s)
       values ($1::bigint, $2::bigint, $3::text, $4::text, $5::bigint, now() - make_interval(secs => $12::float8),
         now() - make_interval(secs => $6::float8), now() - make_interval(secs => $6::float8), $7::text, $8::int,
         $9::inet, $10::inet, $11::int)`,
      [
        id,
        given.nasId,
        given.acctSessionId ?? `81${id.padStart(6, '0')}`,
        given.username ?? `user${id}`,
        given.serviceId ?? null,
        given.silentS ?? 0,
        given.grade ?? null,
        given.stateVersion ?? null,
        given.framedIp ?? null,
        given.nasAddress ?? '127.0.0.31',
        given.interimS ?? null,
        given.begunS ?? 86_400,
      ],
    );
    return id;
  }

  /** The row of a session. */
  async sessionRow(id: string): Promise<Record<string, unknown>> {
    const [row] = await this.db.query('select * from sessions where id = $1::bigint', [id]);
    return row;
  }

  /** Enforcements of a service in order. */
  async enforcements(serviceId: string): Promise<EnforcementRow[]> {
    return this.db.query<EnforcementRow>(
      `select id, session_id, kind, cause, state, tries, outcome, round_trip_us, attributes, done_at is not null as is_done
       from enforcements where service_id = $1::bigint order by id`,
      [serviceId],
    );
  }
}

/** An enforcement as tests look at it. */
export interface EnforcementRow {
  readonly id: string;
  readonly session_id: string;
  readonly kind: string;
  readonly cause: string;
  readonly state: string;
  readonly tries: number;
  readonly outcome: string | null;
  readonly round_trip_us: number | null;
  readonly attributes: unknown;
  readonly is_done: boolean;
}

/** Waits until a condition holds, at most `patienceMs`. */
export async function until(condition: () => boolean | Promise<boolean>, patienceMs = 4_000): Promise<void> {
  const startedMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedMs > patienceMs) throw new Error('It did not happen in time.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
