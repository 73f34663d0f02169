import { spawn, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

// biome-ignore lint/style/noProcessEnv: CI says by it that a missing radclient is a failure
const IS_REQUIRED = process.env.NETFLOW_REQUIRE_RADCLIENT === '1';
const version = spawnSync('radclient', ['-v'], { encoding: 'utf8' });
const isPresent = version.status === 0;
const missing = 'radclient is not installed (Debian: apt-get install freeradius-utils)';

/** A group of tests that needs FreeRADIUS's radclient: left out with a clear line without it, failing in CI. */
export function describeWithRadclient(title: string, tests: () => void): void {
  if (isPresent) describe(title, tests);
  else if (IS_REQUIRED)
    it(title, () => expect.fail(`${missing}, and NETFLOW_REQUIRE_RADCLIENT=1 asks for it.`));
  else describe.runIf(isPresent)(`${title} [left out: ${missing}]`, tests);
}

/** One packet for radclient to send. */
export interface RadclientRequest {
  readonly kind: 'auth' | 'acct' | 'status' | 'coa' | 'disconnect';
  readonly port: number;
  readonly secret: string;
  /** As radclient reads them: `User-Name = "alice"`; `Packet-Src-IP-Address = 127.0.0.2` picks the sender. */
  readonly attributes: readonly string[];
  readonly host?: string;
  /** Waiting for each answer, and how often it is sent again; default 2000 and 2. */
  readonly timeoutMs?: number;
  readonly retries?: number;
}

/** What came back; `code` is undefined when nothing did or radclient did not believe it. */
export interface RadclientReply {
  readonly code: string | undefined;
  /** `Mikrotik-Rate-Limit` -> `"5M/20M"` in radclient's own writing, quotes and all; repeated names keep each value. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** Everything radclient printed, for messages of failing tests. */
  readonly output: string;
}

/** Sends one request with radclient and resolves to what it received, checked by radclient itself. */
export function radclient(request: RadclientRequest): Promise<RadclientReply> {
  const { kind, host = '127.0.0.1', port, secret, attributes, timeoutMs = 2_000, retries = 2 } = request;
  const args = ['-x', '-t', String(timeoutMs / 1000), '-r', String(retries), `${host}:${port}`, kind, secret];
  return new Promise((resolve, reject) => {
    const child = spawn('radclient', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', () => resolve(readReply(Buffer.concat(chunks).toString('utf8'))));
    child.stdin.end(`${attributes.join('\n')}\n`);
  });
}

/** `Received Access-Accept Id 7 from ... length 44`, then one indented attribute per line. */
function readReply(output: string): RadclientReply {
  const [, received = ''] = output.split(/^(?=Received )/m);
  const attributes = new Map<string, string[]>();
  for (const [, name = '', value = ''] of received.matchAll(/^\s+([A-Za-z0-9-]+)(?::\d+)? = (.*)$/gm)) {
    attributes.set(name, [...(attributes.get(name) ?? []), value]);
  }
  return { code: /^Received (\S+)/.exec(received)?.[1], attributes, output };
}
