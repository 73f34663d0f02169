import { invalid, messageOf } from '../../kernel/errors.ts';
import { randomSecret } from '../../kernel/ids.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { line } from '../../platform/text.ts';
import { checkRateLimit, checkRouterName, checkWhole } from '../catalog/plan.ts';
import { checkFramedIp } from '../services/addressing.ts';
import { checkMac, passwordObjection, usernameObjection } from '../services/credential.ts';
import type { Column, FoundSubscriber } from './found.ts';
import { instantIn } from './instants.ts';

/** A subscriber of a source, checked but for what only the database knows. */
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
  readonly phone: string | undefined;
  readonly email: string | undefined;
  readonly description: string | undefined;
  readonly sessionLimit: number | undefined;
  readonly expiresAt: Date | undefined;
  readonly isSuspended: boolean;
  readonly notes: readonly string[];
}

const NAME_LENGTH_MAX = 200;
/** Made once: a file has many rows. */
const TEXTS = { phone: line(40), email: line(254), description: line(NAME_LENGTH_MAX) };
/** What a program shows in place of a password it hides. */
const HIDDEN = /^[*\u2022\u25cf]+$/;
const SUSPENDED = /^(suspended|disabled|inactive|blocked|banned|off|no|0)$/i;
const ACTIVE = /^(|active|enabled|on|yes|1)$/i;

/** Checks subscribers of a source; remembers the few rates that many of them repeat. */
export class RowParser {
  readonly #defaultPlanCode: string | undefined;
  readonly #timeZone: string;
  readonly #rates = new Map<string, string>();

  /** `timeZone` is the one dates without a zone are meant in. */
  constructor(options: { readonly defaultPlanCode: string | undefined; readonly timeZone: string }) {
    this.#defaultPlanCode = options.defaultPlanCode;
    this.#timeZone = options.timeZone;
  }

  /** The row, or why it cannot be imported. */
  parse(found: FoundSubscriber): Result<ImportRow, string> {
    if (found.problem !== undefined) return err(found.problem);
    const cells: Partial<Record<Column, string>> = {};
    for (const [column, text] of Object.entries(found.cells) as [Column, string][]) {
      // A password is what it is, blanks included.
      cells[column] = column === 'password' ? text : text.trim();
    }
    try {
      return this.#check(found, cells);
    } catch (error) {
      return err(messageOf(error));
    }
  }

  #check(found: FoundSubscriber, cells: Partial<Record<Column, string>>): Result<ImportRow, string> {
    const username = cells.username ?? '';
    const mac = cells.mac ? checkMac(cells.mac) : undefined;
    const password = found.isAddressOnly ? randomSecret(24) : (cells.password ?? '');
    if (HIDDEN.test(password)) {
      return err('The password is not visible: the source shows asterisks. Export it with its passwords.');
    }
    const objection = usernameObjection(username) ?? passwordObjection(password, { username, mac });
    if (objection !== undefined) return err(objection);
    const planCode = cells.plan || this.#defaultPlanCode;
    if (planCode === undefined) return err('The row names no package.');
    const customerName = cells.customer || undefined;
    if (customerName !== undefined && customerName.length > NAME_LENGTH_MAX) {
      return err(`The customer's name is longer than ${NAME_LENGTH_MAX} characters.`);
    }
    return ok({
      line: found.line,
      username,
      password,
      planCode,
      rateLimit: cells.rate ? this.#rate(cells.rate) : undefined,
      pool: checkRouterName('pool', cells.pool),
      framedIp: cells.ip ? checkFramedIp(cells.ip) : undefined,
      mac,
      customerName,
      phone: text('phone', cells.phone),
      email: text('email', cells.email),
      description: text('description', cells.description),
      sessionLimit: cells.sessions
        ? checkWhole('number of sessions', Number(cells.sessions), { min: 0, max: 1_000 })
        : undefined,
      expiresAt: cells.expires ? this.#instant(cells.expires) : undefined,
      isSuspended: isSuspended(cells.state ?? ''),
      notes: found.notes ?? [],
    });
  }

  #instant(written: string): Date {
    const at = instantIn(written, this.#timeZone);
    if (at !== undefined) return at;
    throw invalid(`'${written}' is no date: write it as 2026-11-25 or 2026-11-25 23:59:00.`);
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

function isSuspended(state: string): boolean {
  if (SUSPENDED.test(state)) return true;
  if (ACTIVE.test(state)) return false;
  throw invalid(`The state '${state}' is unknown: it must be active or suspended.`);
}

function text(what: keyof typeof TEXTS, value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  const parsed = TEXTS[what].safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(`The ${what} ${parsed.error.issues[0]?.message ?? 'is unusable'}.`);
}
