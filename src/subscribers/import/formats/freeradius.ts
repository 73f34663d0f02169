import type { Found, FoundPlan, FoundSession, FoundSubscriber } from '../found.ts';
import type { FormatReader, ImportFormat } from '../import-format.ts';
import { KeptRows } from '../kept-rows.ts';
import type { SourceRow } from '../source-row.ts';
import {
  attributesOf,
  credentialOf,
  DISABLED_GROUP,
  rateOf,
  unusedAttributes,
} from './freeradius-attributes.ts';

const CHECKS = ['id', 'username', 'attribute', 'op', 'value'];
const GROUP_CHECKS = ['id', 'groupname', 'attribute', 'op', 'value'];

/** The tables of FreeRADIUS with SQL, and those daloRADIUS adds; a hotspot manager of that family has them too. */
export const freeRadiusFormat: ImportFormat = {
  name: 'freeradius',
  title: 'FreeRADIUS or daloRADIUS tables (SQL dump, CSV of each table, or the database itself)',
  tables: {
    radcheck: CHECKS,
    radreply: CHECKS,
    radgroupcheck: GROUP_CHECKS,
    radgroupreply: GROUP_CHECKS,
    radusergroup: ['username', 'groupname', 'priority'],
    nas: ['id', 'nasname', 'shortname', 'type', 'ports', 'secret', 'server', 'community', 'description'],
  },
  open: () => new FreeRadiusReader(),
  session: (row) => (row.table === 'radacct' ? toSession(row) : undefined),
};

const KEPT = new Set(['radcheck', 'radreply', 'radgroupcheck', 'radgroupreply', 'radusergroup', 'userinfo']);

class FreeRadiusReader implements FormatReader {
  readonly #kept = new KeptRows();

  take(row: SourceRow): Found[] {
    if (row.problem !== undefined && row.table !== 'radacct') {
      return [{ kind: 'warning', text: `${row.table || 'A statement'}, line ${row.line}: ${row.problem}` }];
    }
    if (KEPT.has(row.table)) this.#kept.keep(row);
    return row.table === 'nas' ? [toNas(row)] : [];
  }

  end(): Found[] {
    const kept = this.#kept;
    const checks = kept.by('radcheck', 'username');
    const replies = kept.by('radreply', 'username');
    const groups = groupsByUser(kept.of('radusergroup'));
    const people = kept.by('userinfo', 'username');
    const usernames = new Set([...checks.keys(), ...replies.keys(), ...groups.keys()]);
    const subscribers = [...usernames].map((username) =>
      toSubscriber(username, {
        checks: checks.get(username) ?? [],
        replies: replies.get(username) ?? [],
        groups: groups.get(username) ?? [],
        person: people.get(username)?.[0],
      }),
    );
    return [...this.#plans(subscribers), ...this.#warnings(), ...subscribers];
  }

  /** A package for each group somebody is in or that says something; prepaid where its people expire. */
  #plans(subscribers: readonly FoundSubscriber[]): FoundPlan[] {
    const checks = this.#kept.by('radgroupcheck', 'groupname');
    const replies = this.#kept.by('radgroupreply', 'groupname');
    const expiring = new Set(subscribers.filter(({ cells }) => cells.expires).map(({ cells }) => cells.plan));
    const rates = new Map(
      subscribers.map(({ cells, line }) => [cells.plan ?? '', { rate: cells.rate, line }]),
    );
    const names = new Set([...checks.keys(), ...replies.keys(), ...rates.keys()]);
    return [...names]
      .filter((name) => name !== '' && !DISABLED_GROUP.test(name))
      .map((code) => {
        const rows = [...(checks.get(code) ?? []), ...(replies.get(code) ?? [])];
        const own = attributesOf(rows);
        const sessions = own.get('simultaneous-use');
        // Who is in no group is on a package named for the rate.
        const isOfRate = rows.length === 0 && code === rates.get(code)?.rate;
        return {
          kind: 'plan',
          line: rows[0]?.line ?? rates.get(code)?.line ?? 0,
          code,
          rate: isOfRate ? code : rateOf(own),
          pool: own.get('framed-pool'),
          addressList: own.get('mikrotik-address-list'),
          sessionLimit: sessions === undefined ? undefined : Number(sessions),
          isPrepaid: expiring.has(code),
        };
      });
  }

  #warnings(): Found[] {
    const rows = ['radcheck', 'radreply', 'radgroupcheck', 'radgroupreply'].flatMap((table) =>
      this.#kept.of(table),
    );
    return unusedAttributes(rows).map(([attribute, count]) => ({
      kind: 'warning',
      text: `${attribute} is not taken over (${count} rows): give it to the package or the service if it is still wanted.`,
    }));
  }
}

interface UserRows {
  readonly checks: readonly SourceRow[];
  readonly replies: readonly SourceRow[];
  readonly groups: readonly string[];
  readonly person: SourceRow | undefined;
}

function toSubscriber(username: string, rows: UserRows): FoundSubscriber {
  const checks = attributesOf(rows.checks);
  const replies = attributesOf(rows.replies);
  const credential = credentialOf(rows.checks, username);
  const rate = rateOf(replies);
  const group = rows.groups.find((name) => !DISABLED_GROUP.test(name));
  const ip = replies.get('framed-ip-address') ?? '';
  const { firstname = '', lastname = '', email = '', mobilephone = '' } = rows.person?.values ?? {};
  const isOff = checks.get('auth-type') === 'Reject' || rows.groups.some((name) => DISABLED_GROUP.test(name));
  return {
    kind: 'subscriber',
    line: (rows.checks[0] ?? rows.replies[0])?.line ?? 0,
    problem: credential.problem,
    cells: {
      username,
      password: credential.password,
      plan: group ?? rate ?? '',
      rate: rate ?? '',
      pool: replies.get('framed-pool') ?? '',
      // 255.255.255.254 says that the router's pool gives one (RFC 2865 section 5.8).
      ip: ip.startsWith('255.') ? '' : ip,
      mac: checks.get('calling-station-id') ?? '',
      sessions: checks.get('simultaneous-use') ?? '',
      expires: checks.get('expiration') ?? '',
      state: isOff ? 'suspended' : '',
      customer: `${firstname} ${lastname}`.trim(),
      email,
      phone: rows.person?.values.phone || mobilephone,
    },
  };
}

/** The groups of each user, the lowest priority number first, as FreeRADIUS tries them. */
function groupsByUser(rows: readonly SourceRow[]): Map<string, string[]> {
  const ordered = [...rows].sort((a, b) => Number(a.values.priority ?? 1) - Number(b.values.priority ?? 1));
  const groups = new Map<string, string[]>();
  for (const { values } of ordered) {
    const username = values.username ?? '';
    groups.set(username, [...(groups.get(username) ?? []), values.groupname ?? '']);
  }
  return groups;
}

function toNas({ line, values }: SourceRow): Found {
  const { nasname = '', shortname = '', secret = '', type = '' } = values;
  return { kind: 'nas', line, name: shortname, address: nasname, secret, type };
}

function toSession({ line, values }: SourceRow): FoundSession {
  const stopped = values.acctstoptime ?? '';
  return {
    line,
    username: values.username ?? '',
    acctSessionId: values.acctsessionid ?? '',
    nasAddress: values.nasipaddress ?? '',
    startedAt: values.acctstarttime ?? '',
    stoppedAt: stopped === '' || stopped.startsWith('0000') ? undefined : stopped,
    sessionTimeS: values.acctsessiontime ?? '0',
    uploadOctets: values.acctinputoctets ?? '0',
    downloadOctets: values.acctoutputoctets ?? '0',
    framedIp: values.framedipaddress,
    callingStation: values.callingstationid,
    cause: values.acctterminatecause,
  };
}
