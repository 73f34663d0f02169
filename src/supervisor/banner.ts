import { relative, resolve } from 'node:path';
import { hostAndPort, reachableAddress } from '../platform/config/addresses.ts';
import type { Config } from '../platform/config/config.ts';
import { configKeys } from '../platform/config/keys.ts';

/** What the person at the terminal is told once everything answers. */
export interface BannerFacts {
  readonly config: Config;
  readonly version: string;
  readonly startMs: number;
  /** Where the database is, without its password. */
  readonly database: string;
  /** A fresh one to paste on both sides, or a placeholder where the text may be kept in a journal. */
  readonly secret: string;
  /** Opens the page that makes the first administrator; absent once there is one. */
  readonly setupToken?: string | undefined;
  /** What each role says about itself, in the order started. */
  readonly roles: readonly { readonly role: string; readonly describe: readonly string[] }[];
}

/** What runs where, and the next lines to type here and on the router. */
export function banner(facts: BannerFacts): string {
  const { config } = facts;
  const lines = [
    '',
    `NetFlow ISP ${facts.version} is running (ready in ${(facts.startMs / 1000).toFixed(1)} s).`,
    '',
    ...listening(config),
    row('Database', facts.database),
    row('Data', `${config.dataDir} (keep a copy of ${config.appKey === undefined ? 'app.key' : 'APP_KEY'})`),
    ...facts.roles.flatMap(({ role, describe }) => describe.map((line) => row(role, line))),
    '',
    ...firstAdministrator(facts),
    ...(config.roles.includes('radius') ? nextSteps(facts) : []),
    'Ctrl-C stops everything. The log is on stderr.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function listening(config: Config): string[] {
  const lines: string[] = [];
  if (config.roles.includes('radius')) {
    const on = (port: number): string => config.radiusHosts.map((host) => hostAndPort(host, port)).join('  ');
    lines.push(row('RADIUS', `authentication UDP ${on(config.radiusAuthPort)}`));
    lines.push(row('', `accounting     UDP ${on(config.radiusAcctPort)}`));
  }
  if (config.roles.includes('http')) {
    lines.push(row('Web', webAddress(config)));
  }
  return lines;
}

/** Printed also where the text is kept in a journal: the token is good once, and only until there is somebody. */
function firstAdministrator({ config, setupToken }: BannerFacts): string[] {
  if (setupToken === undefined) return [];
  return [
    `There is no administrator yet. Create one at ${webAddress(config)}/setup with the set-up token:`,
    `  ${setupToken}`,
    '',
  ];
}

function webAddress(config: Config): string {
  return `${config.httpTlsCert === undefined ? 'http' : 'https'}://${hostAndPort(reachableAddress(config.httpHost), config.httpPort)}`;
}

function nextSteps({ config, secret }: BannerFacts): string[] {
  const cli = `${commandPrefix(config)}npm run cli --`;
  const server = reachableAddress(config.radiusHosts[0] ?? '0.0.0.0');
  const { radiusAuthPort: auth, radiusAcctPort: acct } = config;
  return [
    'Next, in a second terminal in this directory:',
    `  ${cli} nas add --name router-1 --address ROUTER_ADDRESS --secret ${secret}`,
    `  ${cli} package add --code HOME20 --name "Home 20M" --rate 5M/20M --price 3000`,
    `  ${cli} service add --username alice --password PASSWORD --package HOME20`,
    '',
    'On the router (RouterOS), with the same secret:',
    `  /radius add service=ppp address=${server} secret=${secret} authentication-port=${auth} accounting-port=${acct} timeout=3s`,
    '  /radius incoming set accept=yes port=3799',
    '  /ppp aaa set use-radius=yes accounting=yes interim-update=5m',
    '',
    `Why a login was accepted or refused: ${cli} explain alice`,
    '',
  ];
}

/** A second terminal finds an embedded database only by DATA_DIR; harmless where .env says the same. */
function commandPrefix({ dataDir, databaseUrl }: Config): string {
  const isDefault = dataDir === resolve(configKeys.dataDir.default);
  if (isDefault || databaseUrl !== undefined) return '';
  const near = relative(process.cwd(), dataDir);
  const path = near === '' || near.startsWith('..') ? dataDir : `./${near}`;
  return `DATA_DIR=${/^[\w./-]+$/.test(path) ? path : `'${path}'`} `;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(10)}${text}`;
}
