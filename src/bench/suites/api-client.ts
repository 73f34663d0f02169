import { Agent, request } from 'node:http';
import { z } from 'zod';

/** What was answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

const CONNECTIONS_MAX = 4;
const ANSWER_MAX_MS = 10_000;

/** One client of the API, as a browser or a script is: few connections that stay open, a token once it has signed in. */
export class ApiClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });
  readonly #port: number;
  #authorization: string | undefined;

  /** Of the server on this port of 127.0.0.1. */
  constructor(port: number) {
    this.#port = port;
  }

  /** Signs in; rejects when that fails. */
  async signIn(credentials: { readonly email: string; readonly password: string }): Promise<void> {
    const { status, body } = await this.#ask('POST', '/api/auth/login', JSON.stringify(credentials));
    const signedIn = z.object({ access_token: z.string() }).safeParse(body);
    if (!signedIn.success) throw new Error(`The API refuses to sign in: ${status} ${JSON.stringify(body)}`);
    this.#authorization = `Bearer ${signedIn.data.access_token}`;
  }

  /** Asks for `/api/...`; rejects when no JSON comes within ten seconds. */
  get(path: string): Promise<ApiAnswer> {
    return this.#ask('GET', path);
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask(method: string, path: string, body?: string): Promise<ApiAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        agent: this.#agent,
        timeout: ANSWER_MAX_MS,
        headers: {
          ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
      });
      outgoing.once('timeout', () => outgoing.destroy(new Error(`No answer within ${ANSWER_MAX_MS} ms.`)));
      outgoing.once('error', reject);
      outgoing.once('response', (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.once('error', reject);
        response.once('end', () => {
          try {
            const answer: unknown = JSON.parse(Buffer.concat(pieces).toString());
            resolve({ status: response.statusCode ?? 0, body: answer });
          } catch (error) {
            reject(error);
          }
        });
      });
      outgoing.end(body);
    });
  }
}
