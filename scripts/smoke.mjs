// The built product once from end to end, as an operator and a router would: start it on an empty data directory,
// add a router, a package and a service on the command line, log in, use some octets past 4 GiB, read the usage
// back, log in with a wrong password, stop it. Says each step; exit status 1 and the log when one fails.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { buildOrExit } from './build.mjs';

const root = dirname(import.meta.dirname);
const startMaxMs = 60_000;
const stopMaxMs = 5_000;
const answerMaxMs = 2_000;
const tries = 5;

const user = { username: 'smoke-alice', password: 'correct-horse-9', rate: '5M/20M' };
const nas = { address: '127.0.0.1', secret: 'smoke-shared-secret-0123' };
/** Downloaded: once round the 32-bit counter and a bit, so that gigawords are read too. */
const octets = { upload: 123_456, downloadRest: 789, gigawords: 1 };

const code = {
  accessRequest: 1,
  accessAccept: 2,
  accessReject: 3,
  accountingRequest: 4,
  accountingResponse: 5,
};

let said = 0;
let nextId = 0;
const passed = (what) => process.stdout.write(`${String(++said).padStart(2)}. ${what}\n`);

function check(isTrue, sentence) {
  if (!isTrue) throw new Error(sentence);
}

await buildOrExit();
const { buildRequest, decodePacket, verifyReply } = await import('../dist/radius/protocol/codec.js');
const { SharedSecret } = await import('../dist/radius/protocol/secret.js');
const secret = new SharedSecret(nas.secret);

const dataDir = mkdtempSync(join(tmpdir(), 'netflow-smoke-'));
// As root the embedded database runs as another user, who has to get here.
chmodSync(dataDir, 0o755);
const ports = await freePorts(3);
const environment = settings();
const product = startProduct();
process.on('exit', () => product.child.kill('SIGKILL'));
try {
  await run();
  process.stdout.write('Smoke test passed.\n');
} catch (error) {
  process.stdout.write(`Smoke test failed: ${error.message}\n${product.output()}\n`);
  process.exitCode = 1;
} finally {
  product.child.kill('SIGTERM');
  await product.ended;
  rmSync(dataDir, { recursive: true, force: true });
}

async function run() {
  await product.running();
  passed(
    `node scripts/run.mjs main.js answers ${product.age()} ms after its start on an empty data directory`,
  );

  await cli('nas', 'add', '--name', 'smoke', '--address', nas.address, '--secret', nas.secret);
  await cli('package', 'add', '--code', 'SMOKE', '--name', 'Smoke', '--rate', user.rate, '--price', '3000');
  const { username, password } = user;
  await cli('service', 'add', '--username', username, '--password', password, '--package', 'SMOKE');
  passed(`a NAS, a package of ${user.rate} and the service ${username} are added on the command line`);

  const accept = await login(password);
  check(
    accept.code === code.accessAccept,
    `the login was answered with code ${accept.code}, not Access-Accept`,
  );
  const rate = textOf(accept, 'Mikrotik-Rate-Limit');
  check(rate === user.rate, `the Access-Accept carries Mikrotik-Rate-Limit '${rate}', not '${user.rate}'`);
  passed(`${username} gets a signed Access-Accept with Mikrotik-Rate-Limit ${rate}`);

  const reject = await login('not-the-password');
  check(reject.code === code.accessReject, `a wrong password was answered with code ${reject.code}`);
  passed('a wrong password gets an Access-Reject');

  const classes = accept.attributes.filter(({ name }) => name === 'Class');
  await account('Start', classes, { upload: 0, downloadRest: 0, gigawords: 0 });
  const sessions = await cli('session', 'list', '--username', username);
  check(
    JSON.stringify(sessions).includes('smoke-1'),
    `session list does not show the session: ${JSON.stringify(sessions)}`,
  );
  await account('Stop', classes, octets);
  passed('Accounting Start and Stop are answered, the session is listed in between');

  const { today } = await cli('usage', username);
  const download = octets.gigawords * 2 ** 32 + octets.downloadRest;
  check(
    today.upload_octets === octets.upload,
    `usage says ${today.upload_octets} octets up, not ${octets.upload}`,
  );
  check(
    today.download_octets === download,
    `usage says ${today.download_octets} octets down, not ${download}`,
  );
  passed(`usage counts ${octets.upload} octets up and ${download} down, to the octet`);

  const askedAt = performance.now();
  product.child.kill('SIGTERM');
  const { status, signal } = await product.ended;
  const stopMs = Math.round(performance.now() - askedAt);
  check(status === 0, `the product ended with ${signal ?? `status ${status}`}, not 0`);
  check(stopMs <= stopMaxMs, `stopping took ${stopMs} ms, ${stopMaxMs} are allowed`);
  passed(`SIGTERM stops everything in ${stopMs} ms with status 0`);
}

async function login(password) {
  const { username } = user;
  const attributes = [{ name: 'User-Name', value: username }, ...sessionAttributes()];
  const input = { code: code.accessRequest, attributes, userPassword: password, messageAuthenticator: true };
  return exchange(input, ports.auth, { requireMessageAuthenticator: true });
}

async function account(status, classes, counters) {
  const attributes = [
    { name: 'User-Name', value: user.username },
    { name: 'Acct-Status-Type', value: status },
    { name: 'Acct-Session-Id', value: 'smoke-1' },
    { name: 'Acct-Session-Time', value: status === 'Stop' ? 60 : 0 },
    { name: 'Acct-Input-Octets', value: counters.upload },
    { name: 'Acct-Output-Octets', value: counters.downloadRest },
    { name: 'Acct-Output-Gigawords', value: counters.gigawords },
    { name: 'Acct-Delay-Time', value: 0 },
    ...sessionAttributes(),
    ...classes.map(({ name, value }) => ({ name, value })),
  ];
  const input = { code: code.accountingRequest, attributes, messageAuthenticator: false };
  const reply = await exchange(input, ports.acct, {});
  check(reply.code === code.accountingResponse, `Accounting ${status} was answered with code ${reply.code}`);
}

function sessionAttributes() {
  return [
    { name: 'NAS-IP-Address', value: nas.address },
    { name: 'NAS-Identifier', value: 'smoke' },
    { name: 'NAS-Port', value: 1 },
    { name: 'NAS-Port-Type', value: 'Ethernet' },
    { name: 'Service-Type', value: 'Framed-User' },
    { name: 'Framed-Protocol', value: 'PPP' },
    { name: 'Calling-Station-Id', value: '02:00:00:00:00:01' },
  ];
}

function textOf(packet, name) {
  const value = packet.attributes.find((attribute) => attribute.name === name)?.value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value;
}

/** Sends a request until a reply comes that is genuine; resolves to the reply decoded. */
async function exchange(input, port, options) {
  const id = nextId++ % 256;
  const request = buildRequest({ ...input, id, secret });
  check(request.ok, `the request cannot be built: ${request.error}`);
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const reply = await sendOnce(request.value, port);
    if (reply === undefined) continue;
    const fault = verifyReply(reply, request.value, secret, options);
    check(fault === null, `a reply is not to be believed: ${fault}`);
    const decoded = decodePacket(reply);
    check(decoded.ok, `a reply cannot be read: ${decoded.error}`);
    return decoded.value;
  }
  throw new Error(`UDP port ${port} did not answer in ${tries} tries of ${answerMaxMs} ms`);
}

function sendOnce(packet, port) {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const finish = (reply) => {
      clearTimeout(timer);
      socket.close();
      resolve(reply);
    };
    const timer = setTimeout(() => finish(undefined), answerMaxMs);
    socket.once('message', finish);
    socket.once('error', reject);
    socket.bind(0, nas.address, () => socket.send(packet, port, nas.address));
  });
}

/** Runs one command line and resolves to what it printed with --json. */
async function cli(...words) {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'cli/cli.js', ...words, '--json'], {
    cwd: root,
    env: environment,
  });
  const [out, errors] = [child.stdout, child.stderr].map(collect);
  const status = await new Promise((resolve) => child.once('close', resolve));
  check(status === 0, `'${words.slice(0, 2).join(' ')}' ended with status ${status}: ${errors()}${out()}`);
  return JSON.parse(out());
}

function startProduct() {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['scripts/run.mjs', 'main.js'], { cwd: root, env: environment });
  const [out, errors] = [child.stdout, child.stderr].map(collect);
  const ended = new Promise((resolve) =>
    child.once('close', (status, signal) => resolve({ status, signal })),
  );
  return {
    child,
    ended,
    age: () => Math.round(performance.now() - startedAt),
    output: () => `--- stdout\n${out()}\n--- stderr\n${errors()}`,
    running: () =>
      new Promise((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`it is not running after ${startMaxMs} ms`)),
          startMaxMs,
        );
        const look = () => out().includes('is running') && settle(resolve);
        const settle = (how, value) => {
          clearTimeout(late);
          child.stdout.off('data', look);
          how(value);
        };
        child.stdout.on('data', look);
        void ended.then(({ status }) => settle(reject, new Error(`it ended with status ${status}`)));
      }),
  };
}

function collect(stream) {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

function settings() {
  // biome-ignore lint/style/noProcessEnv: what is inherited goes on to the product, except its own settings
  const { NODE_ENV, ISP_TEST_CLOCK, ...inherited } = process.env;
  return {
    ...inherited,
    DATABASE_URL: '',
    APP_KEY: '',
    ROLES: '',
    DATA_DIR: dataDir,
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: String(ports.http),
    RADIUS_HOST: '127.0.0.1',
    RADIUS_AUTH_PORT: String(ports.auth),
    RADIUS_ACCT_PORT: String(ports.acct),
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'json',
  };
}

/** Ports free for TCP at this moment; the range is not one from which UDP ports are given out meanwhile. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const listening = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  await Promise.all(servers.map(listening));
  const [auth, acct, http] = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { auth, acct, http };
}
