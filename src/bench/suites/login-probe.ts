import { createSocket, type Socket } from 'node:dgram';
import { CODE } from '../../radius/protocol/code.ts';
import { buildRequest, verifyReply } from '../../radius/protocol/codec.ts';
import { SharedSecret } from '../../radius/protocol/secret.ts';
import { macOf, passwordOf, userName } from '../load/population.ts';

const ANSWER_MAX_MS = 1_000;

/** Sends one login at a time and waits for its answer. */
export class LoginProbe {
  readonly #socket: Socket;
  readonly #secret: SharedSecret;
  #id = 0;

  private constructor(socket: Socket, secret: string) {
    this.#socket = socket;
    this.#secret = new SharedSecret(secret);
  }

  static async open(options: { readonly authPort: number; readonly secret: string }): Promise<LoginProbe> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.connect(options.authPort, '127.0.0.1', () => resolve()));
    return new LoginProbe(socket, options.secret);
  }

  /** Whether the login of a subscriber with the right password is accepted; undefined when no genuine answer came. */
  login(user: number): Promise<boolean | undefined> {
    this.#id = (this.#id + 1) % 256;
    const request = buildRequest({
      code: CODE.accessRequest,
      id: this.#id,
      secret: this.#secret,
      messageAuthenticator: true,
      userPassword: passwordOf(user),
      attributes: [
        { name: 'User-Name', value: userName(user) },
        { name: 'Calling-Station-Id', value: macOf(user) },
        { name: 'NAS-Identifier', value: 'bench-router' },
      ],
    });
    if (!request.ok) throw new Error(request.error);
    const packet = request.value;
    return new Promise((resolve) => {
      const settle = (answer: boolean | undefined): void => {
        clearTimeout(timer);
        this.#socket.removeListener('message', listen);
        resolve(answer);
      };
      const listen = (reply: Buffer): void => {
        const fault = verifyReply(reply, packet, this.#secret, { requireMessageAuthenticator: true });
        if (fault === null) settle(reply[0] === CODE.accessAccept);
      };
      const timer = setTimeout(() => settle(undefined), ANSWER_MAX_MS);
      this.#socket.on('message', listen);
      this.#socket.send(packet);
    });
  }

  close(): void {
    this.#socket.close();
  }
}
