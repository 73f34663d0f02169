import type { Logger } from '../platform/logger.port.ts';

/** Something opened during the start that has to be given back. */
export interface Resource {
  readonly name: string;
  release(): Promise<void>;
}

/** A child process; `stop` resolves to whether it ended by itself. */
export interface StoppableProcess {
  readonly name: string;
  stop(): Promise<boolean>;
  kill(): void;
}

/** A database may still be writing its checkpoint; after this the process leaves without it. */
const releaseMaxMs = 15_000;

/** What the supervisor has opened so far: processes end first and together, then the rest, last opened first. */
export class HeldResources {
  readonly #logger: Logger;
  readonly #resources: Resource[] = [];
  readonly #processes: StoppableProcess[] = [];
  #releasing: Promise<boolean> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(resource: Resource): void {
    this.#resources.push(resource);
  }

  addProcess(process: StoppableProcess): void {
    this.#processes.push(process);
  }

  /** Gives everything back, once; resolves to whether all of it went as it should. */
  releaseAll(): Promise<boolean> {
    this.#releasing ??= this.#release();
    return this.#releasing;
  }

  /** Ends the processes at once and tells the rest to end without waiting for it. */
  killAll(): void {
    for (const process of this.#processes) process.kill();
    for (const resource of this.#resources.toReversed()) void this.#releaseOne(resource);
  }

  async #release(): Promise<boolean> {
    const left = await Promise.all(this.#processes.map((process) => this.#stopOne(process)));
    let isClean = left.every(Boolean);
    for (const resource of this.#resources.toReversed())
      isClean = (await this.#releaseOne(resource)) && isClean;
    return isClean;
  }

  async #stopOne(process: StoppableProcess): Promise<boolean> {
    const isClean = await process.stop();
    if (!isClean) this.#logger.warn({ event: 'supervisor.role_killed', child_role: process.name });
    return isClean;
  }

  async #releaseOne(resource: Resource): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no end after ${releaseMaxMs} ms`)), releaseMaxMs);
    });
    try {
      await Promise.race([resource.release(), tooLate]);
      return true;
    } catch (error) {
      this.#logger.error({ event: 'supervisor.release_failed', resource: resource.name, err: error });
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
