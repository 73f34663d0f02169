import type { Found, FoundPlan, FoundSubscriber } from '../found.ts';
import type { FormatReader, ImportFormat } from '../import-format.ts';
import { KeptRows } from '../kept-rows.ts';
import type { SourceRow } from '../source-row.ts';
import { attributeWords, durationOf, rateOfLimitation } from './user-manager-words.ts';

/** MikroTik User Manager: `/user-manager export show-sensitive` of v7, `/tool user-manager export` of v6, its CSV of users. */
export const userManagerFormat: ImportFormat = {
  name: 'user-manager',
  title: 'MikroTik User Manager (export of v6 or v7, or a CSV of its users)',
  open: () => new UserManagerReader(),
};

class UserManagerReader implements FormatReader {
  readonly #kept = new KeptRows();

  take(row: SourceRow): Found[] {
    if (row.problem !== undefined) {
      return [{ kind: 'warning', text: `Line ${row.line}: ${row.problem}` }];
    }
    this.#kept.keep({ ...row, table: tableOf(row) });
    return [];
  }

  end(): Found[] {
    const kept = this.#kept;
    const profileOf = new Map(
      kept.of('user-profile').map(({ values }) => [values.user ?? '', values.profile ?? '']),
    );
    const groups = new Map(kept.of('user/group').map(({ values }) => [values.name ?? '', values]));
    const subscribers = kept.of('user').map((row) => toSubscriber(row, profileOf, groups));
    return [...this.#plans(), ...kept.of('router').map(toNas), ...subscribers];
  }

  #plans(): FoundPlan[] {
    const limitations = new Map(this.#kept.of('limitation').map(({ values }) => [values.name ?? '', values]));
    const limitationOf = new Map(
      this.#kept
        .of('profile-limitation')
        .map(({ values }) => [values.profile ?? '', values.limitation ?? '']),
    );
    return this.#kept.of('profile').map(({ line, values }) => {
      const code = values.name ?? '';
      const limitation = limitations.get(limitationOf.get(code) ?? '');
      const shared = values['override-shared-users'];
      return {
        kind: 'plan',
        line,
        code,
        rate: limitation && rateOfLimitation(limitation),
        price: values.price ?? '0',
        isPrepaid: durationOf(values.validity) !== undefined,
        validity: durationOf(values.validity),
        sessionLimit: shared !== undefined && /^\d+$/.test(shared) ? Number(shared) : undefined,
      };
    });
  }
}

/** The menu below `/user-manager` or `/tool/user-manager`; a CSV holds users. */
function tableOf(row: SourceRow): string {
  const menu = /^\/(?:tool\/)?user-manager\/(.+)$/.exec(row.table)?.[1];
  if (menu === undefined) return row.table.startsWith('/') ? row.table : 'user';
  return menu.replace(/^profile\/(limitation|profile-limitation)$/, '$1');
}

function toSubscriber(
  { line, values }: SourceRow,
  profileOf: ReadonlyMap<string, string>,
  groups: ReadonlyMap<string, SourceRow['values']>,
): FoundSubscriber {
  const row = Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
  const username = row.username ?? row.name ?? row.user ?? row.login ?? '';
  const attributes = new Map([
    ...attributeWords(groups.get(row.group ?? '')?.attributes),
    ...attributeWords(row.attributes),
  ]);
  const profile = profileOf.get(username) ?? row['actual-profile'] ?? row['actual profile'] ?? row.profile;
  const rate = attributes.get('mikrotik-rate-limit') ?? '';
  const caller = row['caller-id'] ?? '';
  const isBound = caller === 'bind';
  return {
    kind: 'subscriber',
    line,
    cells: {
      username,
      password: row.password ?? '',
      plan: profile || rate,
      rate,
      ip: row['ip-address'] || attributes.get('framed-ip-address') || '',
      pool: attributes.get('framed-pool') ?? '',
      mac: isBound ? '' : caller,
      sessions: /^\d+$/.test(row['shared-users'] ?? '') ? (row['shared-users'] ?? '') : '',
      customer: `${row['first-name'] ?? ''} ${row['last-name'] ?? ''}`.trim(),
      phone: row.phone ?? '',
      email: row.email ?? '',
      description: row.comment ?? '',
      state: row.disabled === 'yes' || row.disabled === 'true' ? 'suspended' : '',
    },
    notes: isBound ? ['It was to be bound to the first MAC address that logs in: set mac_bind.'] : [],
  };
}

function toNas({ line, values }: SourceRow): Found {
  const address = values.address ?? values['ip-address'] ?? '';
  return {
    kind: 'nas',
    line,
    name: values.name ?? '',
    address,
    secret: values['shared-secret'] ?? '',
    type: 'mikrotik',
  };
}
