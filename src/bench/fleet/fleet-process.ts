import { type ChildProcess, fork } from 'node:child_process';
import { productProgram } from '../../kernel/product-files.ts';
import {
  type FleetAnswer,
  type FleetLine,
  type FleetOrder,
  fleetAnswer,
  type OpenedRouter,
  type RateCount,
  type TakenOrders,
} from './fleet-messages.ts';

/** The simulated routers in a process of their own, so that what they cost is not counted as the product's. */
export class FleetProcess {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(productProgram('bench/fleet/fleet'), [], { serialization: 'advanced' });
  }

  /** Switches the routers on; they are to be reached in the same order. */
  async open(order: Omit<FleetOrder & { type: 'open' }, 'type'>): Promise<readonly OpenedRouter[]> {
    return (await this.#ask({ type: 'open', ...order }, 'opened')).routers;
  }

  /** Dials everybody in and waits for the answers to their Starts; rejects when anybody stays out. */
  async dial(lines: readonly FleetLine[]): Promise<void> {
    const { up, firstRefusal } = await this.#ask({ type: 'dial', lines: [...lines] }, 'dialled');
    if (up !== lines.length)
      throw new Error(`${up} of ${lines.length} lines came up: ${firstRefusal ?? '?'}`);
  }

  /** What the routers were told since the last call. */
  async takeOrders(): Promise<TakenOrders> {
    return (await this.#ask({ type: 'take_orders' }, 'orders')).orders;
  }

  /** Live sessions by the rate in force. */
  async rates(): Promise<readonly RateCount[]> {
    return (await this.#ask({ type: 'rates' }, 'rates')).rates;
  }

  /** Hangs every session up, with its Stop, and switches the routers off. */
  async shutDown(): Promise<void> {
    await this.#ask({ type: 'shut_down' }, 'done');
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #ask<T extends FleetAnswer['type']>(order: FleetOrder, type: T): Promise<FleetAnswer & { type: T }> {
    return new Promise((resolve, reject) => {
      const child = this.#child;
      const onExit = (): void => reject(new Error('The simulated routers ended by themselves.'));
      child.once('exit', onExit);
      child.once('message', (message) => {
        child.removeListener('exit', onExit);
        const answer = fleetAnswer.parse(message);
        if (isAnswer(answer, type)) resolve(answer);
        else reject(new Error(`The simulated routers failed: ${wordsOf(answer)}`));
      });
      child.send(order, (error) => {
        if (error !== null) reject(error);
      });
    });
  }
}

function isAnswer<T extends FleetAnswer['type']>(
  answer: FleetAnswer,
  type: T,
): answer is FleetAnswer & { type: T } {
  return answer.type === type;
}

function wordsOf(answer: FleetAnswer): string {
  return answer.type === 'failed' ? answer.message : `they answered ${answer.type}`;
}
