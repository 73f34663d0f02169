import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type ApiFaults, noApiFaults } from './api-faults.ts';
import { ApiSession } from './api-session.ts';
import { type SelfSigned, selfSigned } from './certificate.ts';
import type { ApiWorld } from './commands.ts';
import type { RouterConfig } from './router-config.ts';
import { DynamicIds, type LiveRouter } from './session-rows.ts';
import { type Board, board } from './system-rows.ts';

/** A router whose API can be opened. */
export interface ApiRouter extends LiveRouter {
  readonly address: string;
  readonly config: RouterConfig;
}

/** The RouterOS API of a simulated router: plain, or with TLS. It shows and changes the same router RADIUS speaks to. */
export class RouterOsApi {
  readonly faults: ApiFaults = noApiFaults();
  readonly board: Board = board();
  /** The certificate shown, with TLS. */
  readonly certificate: SelfSigned | undefined;
  /** Paths of the newest commands, logins included, in the order they came. */
  readonly commands: string[] = [];
  readonly #router: ApiRouter;
  readonly #world: ApiWorld;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #accepted = 0;

  private constructor(router: ApiRouter, isTls: boolean) {
    this.#router = router;
    this.certificate = isTls ? selfSigned('router-api') : undefined;
    this.#world = {
      config: router.config,
      router,
      ids: new DynamicIds(router),
      board: this.board,
      keepsRemovedSessions: () => this.faults.keepsRemovedSessions,
    };
    const accept = (socket: Socket): void => this.#accept(socket);
    this.#server =
      this.certificate === undefined
        ? createServer({ noDelay: true }, accept)
        : createTlsServer({ cert: this.certificate.cert, key: this.certificate.key, noDelay: true }, accept);
    this.#server.on('tlsClientError', () => {});
  }

  /** Listens on the address of the router; port 0 = any. Rejects when the port is not to be had. */
  static async open(
    router: ApiRouter,
    options: { readonly port?: number; readonly isTls?: boolean } = {},
  ): Promise<RouterOsApi> {
    const api = new RouterOsApi(router, options.isTls ?? false);
    await api.listen(options.port ?? 0);
    return api;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections open just now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Connections ever accepted. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Listens again after `stop`, on the same port unless another is named. */
  listen(port: number = this.#port): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, this.#router.address, () => {
        this.#server.off('error', reject);
        const bound = this.#server.address();
        if (bound !== null && typeof bound === 'object') this.#port = bound.port;
        resolve();
      });
    });
  }

  /** Drops every connection without a word, as a power cut or a firewall does. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Drops every connection and listens no more. */
  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #accept(socket: Socket): void {
    this.#accepted += 1;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    if (this.faults.refusesSessions) {
      socket.destroy();
      return;
    }
    new ApiSession({
      socket,
      world: this.#world,
      faults: this.faults,
      heard: (path) => {
        this.commands.push(path);
        if (this.commands.length > commandsMax) this.commands.shift();
      },
    });
  }
}

const commandsMax = 10_000;
