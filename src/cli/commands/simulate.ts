import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { invalid, messageOf } from '../../kernel/errors.ts';
import { runSimulation, type SimulationOptions } from '../../simulator/run-simulation.ts';
import { type LoginMethod, type Subscriber, subscriber } from '../../simulator/subscriber.ts';
import { parseSubscribers } from '../../simulator/subscribers-file.ts';
import { type Arguments, UsageError } from '../arguments.ts';
import { type Command, EXIT } from '../command.ts';

const METHODS = ['pap', 'chap', 'mschapv1', 'mschapv2'] as const satisfies readonly LoginMethod[];
const DAY_S = 86_400;
const PORTS = { min: 1, max: 65_535 };

/** `simulate`: a MikroTik router that dials subscribers in, for rehearsals; it needs no database. */
export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'be a MikroTik router: dial subscribers in, count their traffic, obey CoA',
  options: {
    server: { value: 'HOST[:AUTH,ACCT]', help: 'the RADIUS server (127.0.0.1:1812,1813)' },
    secret: { value: 'SECRET', help: 'the secret of this router (see nas add)', isRequired: true },
    users: { value: 'FILE.csv', help: 'subscribers, with the columns username and password' },
    username: { value: 'NAME', help: 'one subscriber instead of a file' },
    password: { value: 'PASSWORD', help: 'and the password' },
    count: { value: 'N', help: 'only the first N of the file' },
    method: { value: 'METHOD', help: 'pap, chap, mschapv1 or mschapv2 (chap)' },
    storm: { value: 'N', help: 'everybody dials at once, N logins per second' },
    duration: { value: 'SECONDS', help: 'how long (until Ctrl-C)' },
    interim: { value: 'SECONDS', help: 'between two accounting reports (what the server says)' },
    loss: { value: 'SHARE', help: 'datagrams lost in each direction, 0.02 for 2 % (0)' },
    dup: { value: 'SHARE', help: 'datagrams that arrive twice (0)' },
    'power-cut-after': { value: 'SECONDS', help: 'lose the power once, without Stops, and dial in again' },
    'coa-port': { value: 'PORT', help: 'where CoA and Disconnect are taken (3799)' },
    address: { value: 'IP', help: "the router's own address, one of this host (127.0.0.1)" },
    identity: { value: 'NAME', help: 'its NAS-Identifier (simulator)' },
    speed: { value: 'N', help: 'sessions live N times as fast as real time (1)' },
    seed: { value: 'N', help: 'the same number gives the same losses and traffic (1)' },
  },
  notes: [
    'The server must know the address as a NAS with the same secret and CoA port.',
    'Ctrl-C hangs every session up, with Stops. The exit status is 1 when nobody got in.',
  ],
  examples: [
    'nas add --name lab --address 127.0.0.1 --secret lab-secret-of-24-letters',
    'simulate --secret lab-secret-of-24-letters --username alice --password wonderland --duration 60',
    'simulate --secret lab-secret-of-24-letters --users subscribers.csv --storm 500 --duration 30 --json',
  ],
  run: async ({ args, out, io }) => {
    const options = await readOptions(args, io.signal);
    const summary = await runSimulation(options, { status: (line) => out.progress(line) }).catch(
      (cause: unknown) => {
        throw explainAddress(cause, options);
      },
    );
    out.progress('');
    out.result(summary.numbers, () => summary.text);
    return summary.numbers.accepts === 0 ? EXIT.failed : EXIT.done;
  },
};

async function readOptions(args: Arguments, signal: AbortSignal): Promise<SimulationOptions> {
  const server = parseServer(args.text('server') ?? '127.0.0.1');
  return {
    server,
    secret: args.required('secret'),
    subscribers: await readSubscribers(args),
    address: ownAddress(args.text('address'), server.host),
    identity: args.text('identity') ?? 'simulator',
    coaPort: args.integer('coa-port', PORTS) ?? 3799,
    stormPerSecond: args.integer('storm', { min: 1, max: 100_000 }),
    durationS: args.integer('duration', { min: 1, max: 30 * DAY_S }),
    interimS: args.integer('interim', { min: 1, max: DAY_S }),
    loss: share(args, 'loss'),
    duplication: share(args, 'dup'),
    powerCutAfterS: args.integer('power-cut-after', { min: 1, max: 30 * DAY_S }),
    speed: args.integer('speed', { min: 1, max: 10_000 }) ?? 1,
    seed: args.integer('seed', { min: 0, max: 4_294_967_295 }) ?? 1,
    signal,
  };
}

/** `HOST`, `HOST:AUTH` or `HOST:AUTH,ACCT`; accounting is one port above authentication when it is not named. */
function parseServer(text: string): SimulationOptions['server'] {
  const match = /^(\[[0-9a-f:.]+\]|[^:]+)(?::(\d{1,5})(?:,(\d{1,5}))?)?$/i.exec(text);
  const authPort = Number(match?.[2] ?? 1812);
  const acctPort = Number(match?.[3] ?? authPort + 1);
  const isPort = (port: number): boolean => port >= PORTS.min && port <= PORTS.max;
  if (match === null || !isPort(authPort) || !isPort(acctPort)) {
    throw new UsageError(`--server cannot be '${text}': write HOST or HOST:AUTHPORT,ACCTPORT.`);
  }
  return { host: match[1].replace(/^\[|\]$/g, ''), authPort, acctPort };
}

function ownAddress(given: string | undefined, host: string): string {
  if (given !== undefined) {
    if (isIP(given) === 4) return given;
    throw new UsageError(`--address cannot be '${given}': it must be an IPv4 address of this host.`);
  }
  if (host === 'localhost' || host.startsWith('127.')) return '127.0.0.1';
  throw new UsageError(
    `--address is missing: name the address of this host under which ${host} knows the router.`,
  );
}

async function readSubscribers(args: Arguments): Promise<Subscriber[]> {
  const method = args.choice('method', METHODS) ?? 'chap';
  const file = args.text('users');
  const username = args.text('username');
  const count = args.integer('count', { min: 1, max: 1_000_000 });
  if ((file === undefined) === (username === undefined)) {
    throw new UsageError('Give either --users FILE.csv or --username NAME with --password.');
  }
  if (username !== undefined) {
    return [subscriber({ username, password: args.text('password') ?? '', method })];
  }
  const parsed = parseSubscribers(await readText(file ?? ''), method);
  if (!parsed.ok) throw invalid(`${file}: ${parsed.error}`);
  if (parsed.value.length === 0) throw invalid(`${file} names no subscriber.`);
  return count === undefined ? parsed.value : parsed.value.slice(0, count);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw invalid(`The file ${file} cannot be read: ${messageOf(cause)}.`);
  }
}

function share(args: Arguments, name: string): number {
  const text = args.text(name);
  if (text === undefined) return 0;
  const value = /^(0|0?\.\d{1,6}|1)$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value < 1) return value;
  throw new UsageError(`--${name} cannot be '${text}': it must be a share from 0 to below 1, such as 0.02.`);
}

/** The router's own address or CoA port is not to be had: say which, and what to do. */
function explainAddress(cause: unknown, options: SimulationOptions): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return invalid(
      `UDP port ${options.coaPort} of ${options.address} is in use: give another --coa-port or --address, ` +
        'and the same to the NAS on the server.',
    );
  }
  if (code === 'EADDRNOTAVAIL') return invalid(`${options.address} is no address of this host.`);
  return cause;
}
