import { messageOf } from '../../kernel/errors.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { checkFramedIp } from '../addressing.ts';
import { checkMac, passwordObjection, usernameObjection } from '../credential.ts';
import { checkRateLimit, checkRouterName } from '../plan.ts';

/** Columns of a subscriber file and the other names they go by. */
const COLUMNS: Readonly<Record<string, Column>> = {
  username: 'username',
  password: 'password',
  package: 'plan',
  plan: 'plan',
  rate: 'rate',
  rate_limit: 'rate',
  pool: 'pool',
  ip: 'ip',
  mac: 'mac',
  customer: 'customer',
};

type Column = 'username' | 'password' | 'plan' | 'rate' | 'pool' | 'ip' | 'mac' | 'customer';

/** For each column of the file what it holds, in the file's order. */
export type ImportHeader = readonly Column[];

/** A subscriber of the file, checked but for what only the database knows. */
export interface ImportRow {
  readonly line: number;
  readonly username: string;
  readonly password: string;
  readonly planCode: string;
  /** Canonical. */
  readonly rateLimit: string | undefined;
  readonly pool: string | undefined;
  readonly framedIp: string | undefined;
  readonly mac: string | undefined;
  readonly customerName: string | undefined;
}

const ALLOWED = 'username, password, package or plan, rate or rate_limit, pool, ip, mac, customer';
const NAME_LENGTH_MAX = 200;

/** The columns of the first record; the error is a sentence that lists what is allowed. */
export function parseHeader(fields: readonly string[]): Result<ImportHeader, string> {
  const header: Column[] = [];
  for (const field of fields) {
    const name = field.trim().toLowerCase();
    const column = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
    if (column === undefined) return err(`The column '${field.trim()}' is unknown; allowed are ${ALLOWED}.`);
    if (header.includes(column))
      return err(`The column '${name}' is there twice, perhaps under another name.`);
    header.push(column);
  }
  for (const column of ['username', 'password'] as const) {
    if (!header.includes(column)) return err(`The column '${column}' is missing; allowed are ${ALLOWED}.`);
  }
  return ok(header);
}

/** Checks the records of a file; remembers the few rates that many rows repeat. */
export class RowParser {
  readonly #header: ImportHeader;
  readonly #defaultPlanCode: string | undefined;
  readonly #rates = new Map<string, string>();

  constructor(header: ImportHeader, defaultPlanCode: string | undefined) {
    this.#header = header;
    this.#defaultPlanCode = defaultPlanCode;
  }

  /** The row, or why it cannot be imported. */
  parse(record: { line: number; fields: readonly string[] }): Result<ImportRow, string> {
    const { line, fields } = record;
    if (fields.length !== this.#header.length) {
      return err(`The row has ${fields.length} fields, the first line has ${this.#header.length}.`);
    }
    const cells: Partial<Record<Column, string>> = {};
    for (const [index, column] of this.#header.entries()) {
      const text = fields[index] ?? '';
      // A password is what it is, blanks included.
      cells[column] = column === 'password' ? text : text.trim();
    }
    try {
      return this.#check(line, cells);
    } catch (error) {
      return err(messageOf(error));
    }
  }

  #check(line: number, cells: Partial<Record<Column, string>>): Result<ImportRow, string> {
    const username = cells.username ?? '';
    const mac = cells.mac ? checkMac(cells.mac) : undefined;
    const password = cells.password ?? '';
    const objection = usernameObjection(username) ?? passwordObjection(password, { username, mac });
    if (objection !== undefined) return err(objection);
    const planCode = cells.plan || this.#defaultPlanCode;
    if (planCode === undefined) return err('The row names no package.');
    const customerName = cells.customer || undefined;
    if (customerName !== undefined && customerName.length > NAME_LENGTH_MAX) {
      return err(`The customer's name is longer than ${NAME_LENGTH_MAX} characters.`);
    }
    return ok({
      line,
      username,
      password,
      planCode,
      rateLimit: cells.rate ? this.#rate(cells.rate) : undefined,
      pool: checkRouterName('pool', cells.pool),
      framedIp: cells.ip ? checkFramedIp(cells.ip) : undefined,
      mac,
      customerName,
    });
  }

  #rate(text: string): string {
    let canonical = this.#rates.get(text);
    if (canonical === undefined) {
      canonical = checkRateLimit(text);
      this.#rates.set(text, canonical);
    }
    return canonical;
  }
}
