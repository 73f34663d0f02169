import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import {
  chapPassword,
  msChap1Response,
  msChap2Response,
} from '../../src/radius/protocol/client-credentials.ts';
import { CODE, codeName } from '../../src/radius/protocol/code.ts';
import {
  type AttributeInput,
  buildRequest,
  decodePacket,
  verifyReply,
} from '../../src/radius/protocol/codec.ts';
import { ntHash } from '../../src/radius/protocol/mschap.ts';
import { SharedSecret } from '../../src/radius/protocol/secret.ts';
import { nasSecret, type RunningRadius } from './radius-server.ts';

/** A reply whose signatures have been checked. */
export interface Reply {
  readonly name: string;
  readonly bytes: Buffer;
  /** The first value of each attribute. */
  readonly values: Readonly<Record<string, string>>;
  readonly names: readonly string[];
  readonly octets: (name: string) => Buffer;
}

/** What a test says of a login; the rest is PAP with the password `secret`, signed. */
export interface Login {
  readonly username: string;
  readonly password?: string;
  readonly method?: 'pap' | 'chap' | 'mschap1' | 'mschap2';
  readonly mac?: string;
  readonly signed?: boolean;
  readonly attributes?: readonly AttributeInput[];
}

/** What a test says of an accounting report; counters are 64-bit and split as a router does. */
export interface Report {
  readonly status: 'Start' | 'Interim-Update' | 'Stop' | 'Accounting-On' | 'Accounting-Off';
  readonly username?: string;
  readonly session?: string;
  readonly timeS?: number;
  readonly up?: number;
  readonly down?: number;
  readonly gigawords?: boolean;
  readonly mac?: string;
  readonly delayS?: number;
  readonly attributes?: readonly AttributeInput[];
}

const PATIENCE_MS = 3_000;

/** A router as a test drives it, packet by packet, from an address of loopback. */
export class TestRouter {
  readonly address: string;
  readonly secret: SharedSecret;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (reply: Buffer) => void>();
  #nextId = 0;

  private constructor(socket: Socket, address: string, secret: string) {
    this.#socket = socket;
    this.address = address;
    this.secret = new SharedSecret(secret);
    socket.on('message', (reply) => this.#waiting.get(reply[1])?.(reply));
  }

  static async open(address = '127.0.0.1', secret = nasSecret): Promise<TestRouter> {
    const type = address.includes(':') ? 'udp6' : 'udp4';
    const socket = createSocket({ type, recvBufferSize: 4 * 1024 * 1024 });
    await new Promise<void>((resolve) => socket.bind(0, address, resolve));
    return new TestRouter(socket, address, secret);
  }

  close(): void {
    this.#socket.close();
  }

  /** The next of the 256 ids; `free` ones alone, so that no answer goes astray. */
  id(): number {
    do this.#nextId = (this.#nextId + 1) % 256;
    while (this.#waiting.has(this.#nextId));
    return this.#nextId;
  }

  /** Sends octets as they are and resolves to whatever comes back under the same id; undefined = silence. */
  send(packet: Buffer, port: number, timeoutMs = PATIENCE_MS): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const id = packet[1];
      const timer = setTimeout(() => end(undefined), timeoutMs);
      const end = (reply: Buffer | undefined): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(reply);
      };
      this.#waiting.set(id, end);
      this.#socket.send(packet, port, this.address.includes(':') ? '::1' : '127.0.0.1');
    });
  }

  /** Sends a request and resolves to its verified reply; throws on silence and on a reply that is not genuine. */
  async ask(packet: Buffer, port: number, timeoutMs = PATIENCE_MS): Promise<Reply> {
    const bytes = await this.send(packet, port, timeoutMs);
    if (bytes === undefined) throw new Error(`No answer to ${codeName(packet[0])} within ${timeoutMs} ms.`);
    return this.read(bytes, packet);
  }

  /** Whether a request stays without any answer. */
  async isSilent(packet: Buffer, port: number, timeoutMs = 250): Promise<boolean> {
    return (await this.send(packet, port, timeoutMs)) === undefined;
  }

  /** Decodes a reply after checking it. */
  read(bytes: Buffer, packet: Buffer): Reply {
    const requireMessageAuthenticator = packet[0] === CODE.accessRequest;
    const fault = verifyReply(bytes, packet, this.secret, { requireMessageAuthenticator });
    if (fault !== null) throw new Error(`The reply is not genuine: ${fault}.`);
    const decoded = decodePacket(bytes);
    if (!decoded.ok) throw new Error(`The reply is malformed: ${decoded.error}.`);
    const { code, attributes } = decoded.value;
    const octets = (name: string): Buffer => {
      const found = attributes.find((attribute) => attribute.name === name);
      if (found === undefined) throw new Error(`The reply has no ${name}.`);
      return found.octets;
    };
    return {
      name: codeName(code),
      bytes,
      values: Object.fromEntries([...attributes].reverse().map(({ name, value }) => [name, value])),
      names: attributes.map(({ name }) => name),
      octets,
    };
  }

  /** An Access-Request as octets. */
  access(login: Login): Buffer {
    const { username, password = 'secret', method = 'pap', mac, signed = true, attributes = [] } = login;
    const station = mac === undefined ? [] : [{ name: 'Calling-Station-Id', value: mac }];
    return this.build({
      code: CODE.accessRequest,
      attributes: [
        { name: 'User-Name', value: username },
        ...credentials(method, username, password),
        ...station,
        ...attributes,
      ],
      messageAuthenticator: signed,
      ...(method === 'pap' ? { userPassword: password } : {}),
    });
  }

  login(server: RunningRadius, login: Login): Promise<Reply> {
    return this.ask(this.access(login), server.authPort);
  }

  /** An Accounting-Request as octets. */
  accounting(report: Report): Buffer {
    return this.build({
      code: CODE.accountingRequest,
      attributes: accountingAttributes(report),
      messageAuthenticator: false,
    });
  }

  account(server: RunningRadius, report: Report, timeoutMs = PATIENCE_MS): Promise<Reply> {
    return this.ask(this.accounting(report), server.acctPort, timeoutMs);
  }

  /** Any request under the next id. */
  build(request: Omit<Parameters<typeof buildRequest>[0], 'id' | 'secret'>): Buffer {
    const built = buildRequest({ ...request, id: this.id(), secret: this.secret });
    if (!built.ok) throw new Error(built.error);
    return built.value;
  }
}

function credentials(method: Login['method'], username: string, password: string): AttributeInput[] {
  const ident = 9;
  if (method === 'chap') {
    const challenge = randomBytes(16);
    return [
      { name: 'CHAP-Challenge', value: challenge },
      { name: 'CHAP-Password', value: chapPassword(ident, Buffer.from(password), challenge) },
    ];
  }
  if (method === 'mschap1') {
    const challenge = randomBytes(8);
    return [
      { name: 'MS-CHAP-Challenge', value: challenge },
      { name: 'MS-CHAP-Response', value: msChap1Response(ident, challenge, ntHash(password)) },
    ];
  }
  if (method !== 'mschap2') return [];
  const [challenge, peerChallenge] = [randomBytes(16), randomBytes(16)];
  const userName = Buffer.from(username);
  const peer = { ident, challenge, peerChallenge, userName, ntHash: ntHash(password) };
  return [
    { name: 'MS-CHAP-Challenge', value: challenge },
    { name: 'MS-CHAP2-Response', value: msChap2Response(peer) },
  ];
}

function accountingAttributes(report: Report): AttributeInput[] {
  const {
    status,
    username = 'alice',
    session = '81000001',
    timeS,
    up,
    down,
    gigawords = true,
    mac,
    delayS,
  } = report;
  const list: AttributeInput[] = [{ name: 'Acct-Status-Type', value: status }];
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) list.push({ name, value });
  };
  const isOfRouter = status === 'Accounting-On' || status === 'Accounting-Off';
  if (!isOfRouter) add('User-Name', username);
  add('Acct-Session-Id', isOfRouter ? '00000000' : session);
  add('Acct-Session-Time', timeS);
  add('Calling-Station-Id', mac);
  add('Acct-Delay-Time', delayS);
  for (const [direction, octets] of [
    ['Input', up],
    ['Output', down],
  ] as const) {
    if (octets === undefined) continue;
    add(`Acct-${direction}-Octets`, octets % 2 ** 32);
    if (gigawords) add(`Acct-${direction}-Gigawords`, Math.floor(octets / 2 ** 32));
  }
  return [...list, ...(report.attributes ?? [])];
}
