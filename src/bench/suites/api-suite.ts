import { randomSecret } from '../../kernel/ids.ts';
import { prepareFirstAdmin } from '../../platform/identity/first-run/first-admin.service.ts';
import { bcryptHasher } from '../../platform/identity/password.adapter.ts';
import { API_QUESTIONS } from '../report/api.ts';
import { ms } from '../report/units.ts';
import { ApiClient } from './api-client.ts';
import { ApiQuestions } from './api-questions.ts';
import { type ApiTimes, ApiVisitor, emptyTimes, REQUESTS_PER_S } from './api-visitor.ts';
import { type BenchSession, ROUTER_HABIT } from './bench-session.ts';

const LOGINS_PER_S = 2_000;
const SMOKE_LOGINS_PER_S = 200;
/** Storms alone, each followed by one with the client beside it: what the machine does meanwhile hits both. */
const TURNS = 4;
const SMOKE_TURNS = 1;
const WARM_UP_S = 1;
const PASSWORD_LENGTH = 24;

/** The API by one client of 50 requests per second, with RADIUS idle and beside a storm; and the storm beside the client. */
export async function apiSuite(bench: BenchSession): Promise<void> {
  const { seconds, isSmoke, users } = bench.options;
  const client = await openClient(bench);
  try {
    const visitor = new ApiVisitor(client, await ApiQuestions.of(bench.database, users));
    const turns = isSmoke ? SMOKE_TURNS : TURNS;
    await visitor.visit(isSmoke ? seconds : WARM_UP_S, emptyTimes());
    const idle = emptyTimes();
    await visitor.visit(seconds * turns, idle);
    const inStorm = emptyTimes();
    const loginP99Ms: { alone: number; beside: number }[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const alone = await storm(bench, 'storm');
      const [beside] = await Promise.all([storm(bench, 'storm+client'), visitor.visit(seconds, inStorm)]);
      loginP99Ms.push({ alone, beside });
    }
    const { answers, bad, examples } = visitor;
    const latencies = API_QUESTIONS.map((question) => ({
      question,
      idle: idle[question].summary(),
      inStorm: inStorm[question].summary(),
    }));
    const loginsPerS = loginsPerSOf(bench);
    bench.report.api = {
      requestsPerS: REQUESTS_PER_S,
      loginsPerS,
      latencies,
      loginP99Ms,
      answers,
      bad,
      examples,
    };
    bench.say(`api: p95 of a customer ${p95(idle)} ms idle, ${p95(inStorm)} ms in the storm; ${bad} bad`);
  } finally {
    client.close();
  }
  await bench.checkLedger('api');
}

/** Makes the first administrator as a start with ADMIN_EMAIL does, and signs in. */
async function openClient({ database: { db }, site }: BenchSession): Promise<ApiClient> {
  const admin = { email: 'bench@example.net', password: randomSecret(PASSWORD_LENGTH) };
  await prepareFirstAdmin({ db, hasher: bcryptHasher }, admin);
  const client = new ApiClient(site.httpPort);
  await client.signIn(admin);
  return client;
}

/** Resolves to the p99 of the Access-Requests alone. */
async function storm(bench: BenchSession, name: string): Promise<number> {
  const steps = [{ ratePerS: loginsPerSOf(bench), seconds: bench.options.seconds }];
  const { login } = await bench.measure(
    { suite: 'api', name },
    { workload: 'storm', steps, ...ROUTER_HABIT },
  );
  await bench.hangUp();
  return login.p99Ms;
}

function loginsPerSOf({ options: { isSmoke } }: BenchSession): number {
  return isSmoke ? SMOKE_LOGINS_PER_S : LOGINS_PER_S;
}

function p95(times: ApiTimes): string {
  return ms(times.customer.percentileMs(0.95));
}
