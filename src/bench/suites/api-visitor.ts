import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../kernel/errors.ts';
import { Histogram } from '../measure/histogram.ts';
import { Schedule } from '../measure/schedule.ts';
import { API_QUESTIONS, type ApiQuestion } from '../report/api.ts';
import type { ApiClient } from './api-client.ts';
import type { ApiQuestions } from './api-questions.ts';

/** Requests per second of a busy office, or of a script that is let loose. */
export const REQUESTS_PER_S = 50;

const EXAMPLES_MAX = 3;

/** Times by question. */
export type ApiTimes = Readonly<Record<ApiQuestion, Histogram>>;

/** Somebody at work with the API: every kind of question in turn, by the clock, whatever has become of the ones before. */
export class ApiVisitor {
  readonly #client: ApiClient;
  readonly #questions: ApiQuestions;
  answers = 0;
  bad = 0;
  readonly examples: string[] = [];

  constructor(client: ApiClient, questions: ApiQuestions) {
    this.#client = client;
    this.#questions = questions;
  }

  /** Asks for so long and adds each time to `times`, counted from when the request was due. */
  async visit(seconds: number, times: ApiTimes): Promise<void> {
    const schedule = new Schedule([{ ratePerS: REQUESTS_PER_S, seconds }]);
    const startMs = performance.now();
    const waiting: Promise<void>[] = [];
    for (let index = 0; index < schedule.total; index += 1) {
      const dueMs = startMs + schedule.dueMs(index);
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const question = API_QUESTIONS[index % API_QUESTIONS.length];
      waiting.push(this.#ask(question, dueMs, times[question]));
    }
    await Promise.all(waiting);
  }

  async #ask(question: ApiQuestion, dueMs: number, times: Histogram): Promise<void> {
    const { path, check } = this.#questions.next(question);
    const wrong = await this.#client.get(path).then(
      (answer) => {
        times.add(performance.now() - dueMs);
        return check(answer);
      },
      (error: unknown) => messageOf(error),
    );
    this.answers += 1;
    if (wrong === undefined) return;
    this.bad += 1;
    if (this.examples.length < EXAMPLES_MAX) this.examples.push(`${path}: ${wrong}`);
  }
}

/** No times yet. */
export function emptyTimes(): ApiTimes {
  return {
    customer: new Histogram(),
    service: new Histogram(),
    list: new Histogram(),
    search: new Histogram(),
  };
}
