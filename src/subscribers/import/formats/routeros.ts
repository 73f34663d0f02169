import { formatRateLimit, parseRateLimit } from '../../../kernel/bandwidth.ts';
import { parseAddress } from '../../../kernel/ip.ts';
import type { Found, FoundPlan, FoundSubscriber } from '../found.ts';
import type { FormatOptions, FormatReader, ImportFormat } from '../import-format.ts';
import { KeptRows } from '../kept-rows.ts';
import type { SourceRow } from '../source-row.ts';

/** A router's own configuration, by its API or as `/export show-sensitive`: profiles, pools, secrets, simple queues. */
export const routerOsFormat: ImportFormat = {
  name: 'routeros',
  title: 'MikroTik router (its API, or the text of /export show-sensitive)',
  open: (options) => new RouterOsReader(options),
};

/** The menus that are read. */
export const ROUTER_MENUS = ['/ppp/profile', '/ppp/secret', '/ip/pool', '/queue/simple'] as const;

const HIDDEN_PASSWORD =
  'The router hides the password. For the time of the import: /user group set isp-billing policy=api,read,write,test,sensitive';

class RouterOsReader implements FormatReader {
  readonly #kept = new KeptRows();
  readonly #ownMark: string | undefined;

  constructor(options: FormatOptions) {
    this.#ownMark = options.ownMark;
  }

  take(row: SourceRow): Found[] {
    const isOurs = this.#ownMark !== undefined && (row.values.comment ?? '').startsWith(this.#ownMark);
    if (!isOurs) this.#kept.keep(row);
    return [];
  }

  end(): Found[] {
    const kept = this.#kept;
    const profiles = new Map(kept.of('/ppp/profile').map(({ values }) => [values.name ?? '', values]));
    const pools = new Set(kept.of('/ip/pool').map(({ values }) => values.name ?? ''));
    const plans = kept.of('/ppp/profile').map(toPlan);
    const queues = kept.of('/queue/simple').flatMap((row) => toQueueCustomer(row) ?? []);
    return [
      ...plans,
      ...queues.map(
        ({ cells, line }): FoundPlan => ({ kind: 'plan', line, code: cells.plan ?? '', rate: cells.rate }),
      ),
      ...missingPools(plans, pools),
      ...kept.of('/ppp/secret').map((row) => toSubscriber(row, profiles)),
      ...queues,
    ];
  }
}

/** What every router has is a package only for those who are on it. */
const BUILT_IN = /^default(-encryption)?$/;

function toPlan({ line, values }: SourceRow): FoundPlan {
  const { name: code = '', 'rate-limit': rate, 'address-list': addressList } = values;
  return {
    kind: 'plan',
    line,
    code,
    rate: rate || undefined,
    pool: poolOf(values['remote-address']),
    addressList: addressList || undefined,
    isOptional: BUILT_IN.test(code),
  };
}

/** `remote-address` names a pool, or is an address. */
function poolOf(remote = ''): string | undefined {
  return remote === '' || parseAddress(remote) !== undefined ? undefined : remote;
}

function missingPools(plans: readonly FoundPlan[], pools: ReadonlySet<string>): Found[] {
  return plans.flatMap(({ code, pool }): Found[] =>
    pool === undefined || pools.has(pool)
      ? []
      : [
          {
            kind: 'warning',
            text: `The profile '${code}' hands out addresses of '${pool}', which is no pool there.`,
          },
        ],
  );
}

function toSubscriber(
  { line, values }: SourceRow,
  profiles: ReadonlyMap<string, SourceRow['values']>,
): FoundSubscriber {
  const { name: username = '', password = '', profile = 'default', 'caller-id': caller = '' } = values;
  const remote = values['remote-address'] ?? '';
  const isDisabled = values.disabled === 'true' || values.disabled === 'yes';
  return {
    kind: 'subscriber',
    line,
    problem: /^\**$/.test(password) ? HIDDEN_PASSWORD : undefined,
    cells: {
      username,
      password,
      plan: profile,
      rate: profiles.get(profile)?.['rate-limit'] ?? '',
      pool: poolOf(remote) ?? '',
      ip: parseAddress(remote) === undefined ? '' : remote,
      // The caller of a tunnel is an address, which is no lock here.
      mac: /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(caller) ? caller : '',
      description: values.comment ?? '',
      state: isDisabled ? 'suspended' : '',
    },
  };
}

/** A queue for one address is a customer on a fixed address: it never logs in, its package is its rate. */
function toQueueCustomer({ line, values }: SourceRow): FoundSubscriber | undefined {
  const address = /^(\d+\.\d+\.\d+\.\d+)(?:\/32)?$/.exec(values.target ?? '')?.[1];
  if (address === undefined || values.dynamic === 'true' || values.disabled === 'true') return undefined;
  const parsed = parseRateLimit(values['max-limit'] ?? '');
  if (!parsed.ok || parsed.value.uploadBps === 0) return undefined;
  const rate = formatRateLimit(parsed.value);
  const name = values.name ?? '';
  return {
    kind: 'subscriber',
    line,
    isAddressOnly: true,
    cells: { username: name.trim(), plan: rate, rate, ip: address, description: values.comment ?? '' },
    notes: [
      'It is shaped by its queue on the router; set its mode to local, IPoE, to have it kept from here.',
    ],
  };
}
