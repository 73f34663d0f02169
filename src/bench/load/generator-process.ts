import { type ChildProcess, fork } from 'node:child_process';
import { productProgram } from '../../kernel/product-files.ts';
import {
  type GeneratorAnswer,
  type GeneratorOrder,
  generatorAnswer,
  type RunOrder,
  type RunResult,
} from './messages.ts';

/** The generator in a process of its own, so that it shares no event loop with anything it measures. */
export class GeneratorProcess {
  readonly #child: ChildProcess;

  private constructor() {
    const entry = productProgram('bench/load/generator');
    this.#child = fork(entry, [], { serialization: 'advanced' });
  }

  /** Starts the process and prepares it for so many subscribers and these ports on 127.0.0.1. */
  static async start(options: {
    readonly users: number;
    readonly secret: string;
    readonly authPort: number;
    readonly acctPort: number;
  }): Promise<GeneratorProcess> {
    const generator = new GeneratorProcess();
    try {
      await generator.#ask({ type: 'prepare', ...options });
    } catch (error) {
      generator.stop();
      throw error;
    }
    return generator;
  }

  async run(order: RunOrder): Promise<RunResult> {
    const answer = await this.#ask({ type: 'run', run: order });
    if (answer.type !== 'result') throw new Error(`The generator answered ${answer.type} to a run.`);
    return answer.result;
  }

  /** What was acknowledged since the last call, as `ledgerEntries` reads it. */
  async takeLedger(): Promise<Float64Array> {
    const answer = await this.#ask({ type: 'ledger' });
    if (answer.type !== 'ledger') throw new Error(`The generator answered ${answer.type} for the ledger.`);
    return answer.rows;
  }

  stop(): void {
    this.#child.disconnect();
  }

  #ask(order: GeneratorOrder): Promise<GeneratorAnswer> {
    return new Promise((resolve, reject) => {
      const child = this.#child;
      const onExit = (): void => reject(new Error('The load generator ended by itself.'));
      child.once('exit', onExit);
      child.once('message', (message) => {
        child.removeListener('exit', onExit);
        const answer = generatorAnswer.parse(message);
        if (answer.type === 'failed') reject(new Error(`The load generator failed: ${answer.message}`));
        else resolve(answer);
      });
      child.send(order, (error) => {
        if (error !== null) reject(error);
      });
    });
  }
}
