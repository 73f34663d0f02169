/** Collects one column of a batch and prints it as a PostgreSQL array literal, the cheapest way to send many rows. */
export class Column {
  readonly #parts: (string | number)[] = [];

  /** A number (any that prints without a comma), or NULL. */
  number(value: number | null): void {
    this.#parts.push(value === null ? 'NULL' : value);
  }

  /** Text, or NULL. PostgreSQL has no NUL character: it becomes U+FFFD. */
  text(value: string | null): void {
    this.#parts.push(value === null ? 'NULL' : `"${isPlain(value) ? value : escapeText(value)}"`);
  }

  /** The literal, `{1,2,NULL}`. */
  toString(): string {
    return `{${this.#parts.join(',')}}`;
  }
}

const SPECIAL = /["\\\0]/;

function isPlain(value: string): boolean {
  return !SPECIAL.test(value);
}

function escapeText(value: string): string {
  return value.replaceAll('\0', '\ufffd').replace(/["\\]/g, '\\$&');
}
