import type { CliIo } from './io.ts';

/** Where a command puts what it found: JSON for programs, text for people, remarks to stderr. */
export class Output {
  readonly isJson: boolean;
  readonly #io: CliIo;

  constructor(io: CliIo, isJson: boolean) {
    this.#io = io;
    this.isJson = isJson;
  }

  /** The result, in the one form that was asked for; `text` is only made when it is needed. */
  result(machine: unknown, text: () => string): void {
    this.#io.stdout.write(`${this.isJson ? toJson(machine, 2) : text()}\n`);
  }

  /** One of many results as it comes: a line of JSON or of text. */
  line(machine: unknown, text: () => string): void {
    this.#io.stdout.write(`${this.isJson ? toJson(machine) : text()}\n`);
  }

  /** A remark for a person that is no part of the result. */
  note(sentence: string): void {
    this.#io.stderr.write(`${sentence}\n`);
  }

  /** Shows how far a long command is, where a person watches. */
  progress(text: string): void {
    if (this.#io.stderr.isTTY === true && !this.isJson) this.#io.stderr.write(`\r\u001b[K${text}`);
  }
}

/**
 * JSON with snake_case keys: dates as ISO text, whole numbers of any size, null for what is not there. Ids are
 * decimal strings.
 */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(machineForm(value), undefined, indent);
}

function machineForm(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(machineForm);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [snakeCase(key), machineForm(item)]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
