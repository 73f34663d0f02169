import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../kernel/errors.ts';
import { productProgram } from '../../kernel/product-files.ts';
import type { Logger } from '../logger.port.ts';
import type { PrintAnswer, PrintOrder } from './print-messages.ts';
import type { Printer } from './printer.port.ts';
import type { PrintJob } from './sheet.ts';

/** How much a printer may do; the defaults suit two cores. */
export interface PrinterLimits {
  /** Threads, each started by the first job that needs it. */
  readonly threads?: number;
  /** Jobs that may wait beside those being printed. */
  readonly waitingMax?: number;
  /** From the start of its printing; after that its thread is ended. */
  readonly deadlineMs?: number;
}

/** A printer that can be closed. */
export interface OpenPrinter extends Printer {
  close(): Promise<void>;
}

const RETRY_AFTER_S = 2;

const ENTRY = productProgram('platform/printing/print-worker');
/** A thread does not inherit who reads TypeScript. */
const START_FROM_SOURCE = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(require('node:worker_threads').workerData);
});`;

/** A few threads that print; they keep no process alive, and one that hangs or dies is replaced. */
export function openPrinter(logger: Logger, limits: PrinterLimits = {}): OpenPrinter {
  return new ThreadPrinter(logger, { threads: 1, waitingMax: 64, deadlineMs: 20_000, ...limits });
}

interface Task {
  readonly job: PrintJob;
  readonly resolve: (pdf: Uint8Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

class ThreadPrinter implements OpenPrinter {
  readonly #logger: Logger;
  readonly #limits: Required<PrinterLimits>;
  readonly #waiting: Task[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, { readonly task: Task; readonly timer: NodeJS.Timeout }>();
  #serial = 0;
  #isClosed = false;

  constructor(logger: Logger, limits: Required<PrinterLimits>) {
    this.#logger = logger;
    this.#limits = limits;
  }

  print(job: PrintJob): Promise<Uint8Array<ArrayBuffer>> {
    const isFull = this.#waiting.length >= this.#limits.waitingMax;
    if (this.#isClosed || (isFull && this.#busy.size >= this.#limits.threads)) {
      const message = 'Many documents are being printed at this moment: ask again in a few seconds.';
      return Promise.reject(
        new AppError('unavailable', 'printer_busy', message, { retryAfterS: RETRY_AFTER_S }),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const task of this.#waiting.splice(0)) task.reject(failed('The server stops.'));
    await Promise.all([...this.#idle, ...this.#busy.keys()].map((thread) => thread.terminate()));
  }

  #next(): void {
    if (this.#waiting.length === 0 || this.#busy.size >= this.#limits.threads) return;
    const thread = this.#idle.pop() ?? this.#start();
    const task = this.#waiting.shift();
    if (task === undefined) return;
    const timer = setTimeout(() => {
      this.#logger.error({ event: 'printing.too_slow', deadline_ms: this.#limits.deadlineMs });
      void thread.terminate();
    }, this.#limits.deadlineMs);
    this.#busy.set(thread, { task, timer });
    thread.ref();
    this.#serial += 1;
    thread.postMessage({ id: this.#serial, job: task.job } satisfies PrintOrder);
  }

  #start(): Worker {
    const thread = startThread();
    thread.on('message', (answer: PrintAnswer) => this.#answered(thread, answer));
    thread.on('error', (error) => this.#logger.error({ event: 'printing.thread_died', err: error }));
    thread.on('exit', () => this.#ended(thread));
    return thread;
  }

  #answered(thread: Worker, answer: PrintAnswer): void {
    const { task } = this.#take(thread) ?? {};
    thread.unref();
    this.#idle.push(thread);
    if ('pdf' in answer) task?.resolve(answer.pdf);
    else {
      this.#logger.error({ event: 'printing.failed', message: answer.failure });
      task?.reject(failed('The document could not be drawn; the log says why.'));
    }
    this.#next();
  }

  /** Whoever waited for a thread that is gone is told, and the next one gets a new thread. */
  #ended(thread: Worker): void {
    const at = this.#idle.indexOf(thread);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#take(thread)?.task.reject(failed('The document took too long to print: ask for less, or later.'));
    if (!this.#isClosed) this.#next();
  }

  #take(thread: Worker) {
    const busy = this.#busy.get(thread);
    if (busy !== undefined) clearTimeout(busy.timer);
    this.#busy.delete(thread);
    return busy;
  }
}

function failed(message: string): AppError {
  return new AppError('unavailable', 'printing_failed', message, { retryAfterS: RETRY_AFTER_S });
}

function startThread(): Worker {
  if (!ENTRY.endsWith('.ts')) return new Worker(ENTRY);
  return new Worker(START_FROM_SOURCE, { eval: true, workerData: pathToFileURL(ENTRY).href });
}
