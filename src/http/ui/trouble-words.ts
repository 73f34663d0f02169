import type { Trouble } from '../../reports/system-status.ts';
import type { Installation } from '../context.ts';
import { formatCount } from './format.ts';
import type { CommandPlace } from './parts/command.tsx';

/** A trouble in words, with the lines that mend it. */
export interface TroubleWords {
  readonly isBad: boolean;
  readonly title: string;
  readonly detail: string;
  readonly commands: readonly CommandLines[];
}

/** Lines to type at one place. */
export interface CommandLines {
  readonly place: CommandPlace;
  readonly lines: readonly string[];
}

/** Who reads: without `isLocal` no names, no addresses and no errors. */
export interface Reader {
  readonly installation: Installation;
  readonly isLocal: boolean;
}

/** What a person is told. */
export function troubleWords(trouble: Trouble, reader: Reader): TroubleWords {
  switch (trouble.code) {
    case 'database_down':
      return bad(
        'The database does not answer',
        'Logins go on from memory. Accounting waits: routers send it again until it can be kept.',
      );
    case 'radius_down':
      return bad(
        'No RADIUS server is running',
        'Nobody can log in. Look at the log of the radius role, and whether some host has radius in ROLES.',
      );
    case 'worker_down':
      return warn(
        'No worker is running',
        'Suspensions and speed changes do not reach live sessions, and jobs do not run. Some host needs worker in ROLES.',
      );
    case 'overload':
      return bad(
        'Accounting comes faster than the database takes it',
        `${packets(trouble.packets)} had to wait for their next try in the last minute. Routers send them again; if it goes on, the database needs a faster disk.`,
      );
    case 'job_failed': {
      const isShown = reader.isLocal && trouble.error !== '';
      const error = isShown ? trouble.error.replace(/\.?$/, '.') : 'The log has the reason.';
      return warn(`The job ${trouble.job} failed`, `${error} It runs again at its next time.`);
    }
    case 'unknown_router':
    case 'wrong_secret':
    case 'unsigned':
      return silenceWords(trouble, reader);
    case 'accounting_missing':
    case 'orders_unanswered':
      return routerWords(trouble, reader);
  }
}

type Silence = Extract<Trouble, { code: 'unknown_router' | 'wrong_secret' | 'unsigned' }>;

/** Routers whose packets get no answer. */
function silenceWords(trouble: Silence, reader: Reader): TroubleWords {
  const { radiusAddress: server } = reader.installation;
  const lately = `${packets(trouble.packets)} in the last ten minutes`;
  const cli = `${reader.installation.commandPrefix}npm run cli --`;
  if (trouble.code === 'unknown_router') {
    return warn(
      `${named(trouble.source, reader)} asks for logins, but is no router known here`,
      `${lately} got no answer. If it is yours, add it with the secret it uses.`,
      ...localOnly(reader, {
        place: 'here',
        lines: [`${cli} nas add --name router-1 --address ${trouble.source} --secret SECRET`],
      }),
    );
  }
  const router = trouble.router ?? trouble.source;
  if (trouble.code === 'unsigned') {
    return warn(
      `${named(router, reader)} does not sign its requests`,
      `${lately} were refused: replies to unsigned requests can be forged (CVE-2024-3596). RouterOS 7.15 and newer sign.`,
      {
        place: 'router',
        lines: [`/radius set [find address=${server}] require-message-auth=yes-for-request-resp`],
      },
    );
  }
  return warn(
    `${named(router, reader)} uses another secret than the one kept here`,
    `${lately} could not be verified and got no answer. Make a new secret here and set it on the router.`,
    ...localOnly(
      reader,
      { place: 'here', lines: [`${cli} nas rotate-secret ${quoted(trouble.router ?? 'NAME')}`] },
      { place: 'router', lines: [`/radius set [find address=${server}] secret=NEW_SECRET`] },
    ),
  );
}

type RouterTrouble = Extract<Trouble, { code: 'accounting_missing' | 'orders_unanswered' }>;

/** Routers that do only half of what they should. */
function routerWords(trouble: RouterTrouble, reader: Reader): TroubleWords {
  const { radiusAddress: server, radiusAcctPort: port } = reader.installation;
  if (trouble.code === 'accounting_missing') {
    return warn(
      `${named(trouble.router, reader)}: logins arrive, accounting does not`,
      `Its sessions are not seen, nothing is counted and nobody can be cut off. Switch accounting on at the router; where it is on, let UDP ${port} through the firewall.`,
      {
        place: 'router',
        lines: [
          '/ppp aaa set use-radius=yes accounting=yes interim-update=5m',
          `/radius set [find address=${server}] accounting-port=${port}`,
        ],
      },
    );
  }
  const waiting = trouble.orders === 1 ? 'change waits' : 'changes wait';
  return warn(
    `${named(trouble.router, reader)} does not answer orders`,
    `${formatCount(trouble.orders)} ${waiting} to reach live sessions (suspension, speed, disconnect). They are tried again until it answers.`,
    { place: 'router', lines: ['/radius incoming set accept=yes port=3799'] },
  );
}

function named(name: string, { isLocal }: Reader): string {
  return isLocal ? name : 'A router';
}

function localOnly({ isLocal }: Reader, ...commands: CommandLines[]): readonly CommandLines[] {
  return isLocal ? commands : [];
}

function warn(title: string, detail: string, ...commands: CommandLines[]): TroubleWords {
  return { isBad: false, title, detail, commands };
}

function bad(title: string, detail: string): TroubleWords {
  return { isBad: true, title, detail, commands: [] };
}

function packets(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'packet' : 'packets'}`;
}

function quoted(name: string): string {
  return /^[\w.@:-]+$/.test(name) ? name : `"${name}"`;
}
