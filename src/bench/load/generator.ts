import { messageOf } from '../../kernel/errors.ts';
import { SharedSecret } from '../../radius/protocol/secret.ts';
import { LoadRun } from './load-run.ts';
import { type GeneratorAnswer, type GeneratorOrder, generatorOrder } from './messages.ts';
import { MsChapAnswers } from './ms-chap-answers.ts';
import { ReplyCheck } from './reply-check.ts';
import { RequestBuilder } from './request-builder.ts';
import { SessionBook } from './session-book.ts';

/** The generator's process: it obeys one order at a time and ends when the bench is gone. */
class Generator {
  readonly #ports: { readonly authPort: number; readonly acctPort: number };
  readonly #book: SessionBook;
  readonly #builder: RequestBuilder;
  readonly #check: ReplyCheck;
  #msChap: MsChapAnswers | undefined;
  #cursor = 0;

  constructor(order: GeneratorOrder & { type: 'prepare' }) {
    const secret = new SharedSecret(order.secret);
    const msChap = (): MsChapAnswers => this.#answers();
    this.#ports = order;
    this.#book = new SessionBook(order.users);
    this.#builder = new RequestBuilder(secret, msChap);
    this.#check = new ReplyCheck(secret, msChap);
  }

  async obey(order: GeneratorOrder): Promise<GeneratorAnswer> {
    if (order.type === 'ledger') return { type: 'ledger', rows: this.#book.takeLedger() };
    if (order.type === 'prepare') return { type: 'done' };
    const run = generatorOrder.parse(order);
    if (run.type !== 'run') return { type: 'done' };
    if (run.run.method === 'mschapv2') this.#answers();
    const { result, cursor } = await LoadRun.run(run.run, {
      book: this.#book,
      builder: this.#builder,
      check: this.#check,
      from: this.#cursor,
      authPort: this.#ports.authPort,
      acctPort: this.#ports.acctPort,
    });
    const walked = run.run.workload !== 'interim' && run.run.workload !== 'stop';
    if (walked) this.#cursor = cursor;
    return { type: 'result', result };
  }

  /** Made once, before the clock of the first run that needs them. */
  #answers(): MsChapAnswers {
    this.#msChap ??= new MsChapAnswers(this.#book.users);
    return this.#msChap;
  }
}

let generator: Generator | undefined;

async function heard(message: unknown): Promise<GeneratorAnswer> {
  const order = generatorOrder.parse(message);
  if (order.type === 'prepare') generator = new Generator(order);
  if (generator === undefined) throw new Error('The generator was given a run before it was prepared.');
  return generator.obey(order);
}

process.on('message', (message) => {
  heard(message)
    .catch((error: unknown): GeneratorAnswer => ({ type: 'failed', message: messageOf(error) }))
    .then((answer) => process.send?.(answer))
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
