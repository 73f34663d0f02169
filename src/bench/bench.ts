import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { systemClock } from '../kernel/clock.ts';
import { messageOf } from '../kernel/errors.ts';
import { type BenchOptions, parseOptions, type Suite, USAGE } from './options.ts';
import { databaseFacts, joinDatabase } from './product/bench-database.ts';
import { memoryOf, type ProcessMemory } from './product/process-usage.ts';
import { Product } from './product/product.ts';
import { addRouter, addSubscribers } from './product/provision.ts';
import { openSite, type Site } from './product/site.ts';
import type { BenchReport } from './report/results.ts';
import { columns, RUN_HEADER, runRow, summaryLines, verdictTable } from './report/table.ts';
import { verdictsOf } from './report/verdicts.ts';
import { acctSuite } from './suites/acct-suite.ts';
import { apiSuite } from './suites/api-suite.ts';
import { authSuite } from './suites/auth-suite.ts';
import { BenchSession } from './suites/bench-session.ts';
import { billingSuite } from './suites/billing-suite.ts';
import { crashSuite } from './suites/crash-suite.ts';
import { freshnessSuite } from './suites/freshness-suite.ts';
import { memorySuite } from './suites/memory-suite.ts';
import { overloadSuite } from './suites/overload-suite.ts';
import { routersSuite } from './suites/routers-suite.ts';
import { stormSuite } from './suites/storm-suite.ts';

const EXIT = { fine: 0, failed: 1, usage: 2, interrupted: 130 } as const;
const VERSION = '1';

/** What has to be ended when the bench ends early. */
const held: { session?: BenchSession; site?: Site } = {};

/** Set by --keep. */
let isSiteKept = false;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (!options.ok) {
    process.stderr.write(`${options.error}\n\n${USAGE}`);
    return EXIT.usage;
  }
  if (options.value.isHelp) {
    process.stdout.write(USAGE);
    return EXIT.fine;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void tidyUp().finally(() => process.exit(EXIT.interrupted)));
  }
  isSiteKept = options.value.isKept;
  const report = emptyReport(options.value);
  try {
    await measureAll(options.value, report);
  } finally {
    await tidyUp();
  }
  return publish(options.value, report);
}

/** First start on an empty directory, provisioning, then everything else on the second start. */
async function measureAll(options: BenchOptions, report: BenchReport): Promise<void> {
  const site = await openSite({ parent: options.directory, databaseUrl: options.databaseUrl });
  held.site = site;
  say(`NetFlow ISP bench in ${site.directory}: ${options.users} subscribers, runs of ${options.seconds} s`);
  const { secret, firstMs, importMs } = await provision(options, site, report);
  const session = await BenchSession.open({ options, site, report, secret, say });
  held.session = session;
  report.starts = { firstMs, warmMs: session.product.startMs, importMs };
  const atStart = memoryOf(session.product.radiusPid);
  for (const suite of options.suites) {
    say(`-- ${suite}`);
    await runSuite(suite, session, atStart);
    report.deaths.push(...session.product.deaths.splice(0));
    // After every suite: a crash leaves another process behind.
    const peakRssMb = memoryOf(session.product.radiusPid)?.peakRssMb;
    if (peakRssMb !== undefined) report.peakRssMb = Math.max(report.peakRssMb ?? 0, peakRssMb);
  }
}

async function provision(
  options: BenchOptions,
  site: Site,
  report: BenchReport,
): Promise<{ secret: string; firstMs: number; importMs: number }> {
  const product = await Product.start(site);
  const database = await joinDatabase(site);
  try {
    report.database = await databaseFacts(site, database);
    const secret = await addRouter(database);
    const { importMs } = await addSubscribers(database, options.users);
    say(`first start ${product.startMs.toFixed(0)} ms, import ${importMs.toFixed(0)} ms`);
    return { secret, firstMs: product.startMs, importMs };
  } finally {
    await database.close();
    await product.stop();
  }
}

async function runSuite(
  suite: Suite,
  session: BenchSession,
  atStart: ProcessMemory | undefined,
): Promise<void> {
  switch (suite) {
    case 'auth':
      return authSuite(session);
    case 'acct':
      return acctSuite(session);
    case 'storm':
      return stormSuite(session);
    case 'api':
      return apiSuite(session);
    case 'overload':
      return overloadSuite(session);
    case 'memory':
      return memorySuite(session, atStart);
    case 'routers':
      return routersSuite(session);
    case 'crash':
      return crashSuite(session);
    case 'billing':
      return billingSuite(session);
    case 'freshness':
      return freshnessSuite(session);
  }
}

function publish(options: BenchOptions, report: BenchReport): number {
  const verdicts = verdictsOf(report);
  const parts = [
    columns([RUN_HEADER, ...report.runs.map(runRow)]),
    summaryLines(report).join('\n'),
    verdictTable(verdicts),
  ];
  process.stdout.write(`\n${parts.join('\n\n')}\n`);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ ...report, verdicts }, null, 2)}\n`);
  }
  const isRight = verdicts.every(({ isMet, isCorrectness }) => isMet || !isCorrectness);
  return isRight ? EXIT.fine : EXIT.failed;
}

async function tidyUp(): Promise<void> {
  const { session, site } = held;
  delete held.session;
  delete held.site;
  await session?.close();
  await Product.stopAll();
  if (isSiteKept) say(`Everything is left in ${site?.directory ?? 'its place'}.`);
  else await site?.remove();
}

function emptyReport(options: BenchOptions): BenchReport {
  const [cpu] = cpus();
  return {
    version: VERSION,
    startedAt: systemClock.now().toString(),
    machine: {
      cpu: cpu?.model ?? '?',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      system: `${process.platform} ${release()}`,
      node: process.version,
    },
    users: options.users,
    seconds: options.seconds,
    isSmoke: options.isSmoke,
    database: null,
    starts: null,
    runs: [],
    ledgers: [],
    api: null,
    overload: null,
    memory: null,
    peakRssMb: null,
    crashes: [],
    billing: null,
    freshness: null,
    routers: null,
    deaths: [],
  };
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`The bench failed: ${messageOf(error)}\n`);
  process.exitCode = EXIT.failed;
}
