import type { Found, FoundPlan, FoundSubscriber } from '../found.ts';
import type { FormatReader, ImportFormat } from '../import-format.ts';
import { KeptRows } from '../kept-rows.ts';
import type { SourceRow } from '../source-row.ts';

const KEPT = new Set(['tbl_customers', 'tbl_plans', 'tbl_bandwidth', 'tbl_user_recharges', 'tbl_routers']);

/** The tables of PHPNuxBill; dumps name their columns or begin with CREATE TABLE. */
export const phpNuxBillFormat: ImportFormat = {
  name: 'phpnuxbill',
  title: 'PHPNuxBill (SQL dump, or CSV of its tables)',
  open: () => new PhpNuxBillReader(),
};

class PhpNuxBillReader implements FormatReader {
  readonly #kept = new KeptRows();

  take(row: SourceRow): Found[] {
    if (row.problem !== undefined && KEPT.has(row.table)) {
      return [{ kind: 'warning', text: `${row.table}, line ${row.line}: ${row.problem}` }];
    }
    if (KEPT.has(row.table)) this.#kept.keep(row);
    return [];
  }

  end(): Found[] {
    const kept = this.#kept;
    const bandwidths = new Map(kept.of('tbl_bandwidth').map((row) => [row.values.id ?? '', row.values]));
    const plans = new Map(kept.of('tbl_plans').map((row) => [row.values.id ?? '', row]));
    const recharges = latestRecharges(kept.of('tbl_user_recharges'));
    const routers = kept.of('tbl_routers').map(
      ({ values }): Found => ({
        kind: 'warning',
        text: `The router '${values.name ?? ''}' (${values.ip_address ?? ''}) has to be added here: it has no RADIUS secret there.`,
      }),
    );
    return [
      ...[...plans.values()]
        .filter(({ values }) => values.type !== 'Balance')
        .map((row) => toPlan(row, bandwidths)),
      ...routers,
      ...kept.of('tbl_customers').map((row) => {
        const { id = '', username = '' } = row.values;
        return toSubscriber(row, recharges.get(id) ?? recharges.get(username), plans);
      }),
    ];
  }
}

/** The newest recharge of each customer, by id and by user name: older versions know no `customer_id`. */
function latestRecharges(rows: readonly SourceRow[]): Map<string, SourceRow> {
  const latest = new Map<string, SourceRow>();
  for (const row of [...rows].sort((a, b) => Number(a.values.id ?? 0) - Number(b.values.id ?? 0))) {
    if (row.values.type === 'Balance') continue;
    for (const key of [row.values.customer_id, row.values.username])
      if (key && key !== '0') latest.set(key, row);
  }
  return latest;
}

function toPlan(
  { line, values }: SourceRow,
  bandwidths: ReadonlyMap<string, SourceRow['values']>,
): FoundPlan {
  const { name_plan: code = '', price = '0', shared_users: shared, pool, prepaid } = values;
  return {
    kind: 'plan',
    line,
    code,
    price,
    rate: rateOf(bandwidths.get(values.id_bw ?? '')),
    pool: pool || undefined,
    sessionLimit: shared === undefined || shared === '' ? undefined : Number(shared),
    isPrepaid: prepaid !== 'no',
    validity: validityOf(values),
    dataLimitGb: limitOf(values),
  };
}

/** `rate_up` and `rate_down` with their units, and what `burst` adds to them in the router's own grammar. */
function rateOf(bandwidth: SourceRow['values'] | undefined): string | undefined {
  if (bandwidth === undefined) return undefined;
  const { rate_up: up = '', rate_down: down = '', burst = '' } = bandwidth;
  const unit = (text = '') => (text.toLowerCase().startsWith('m') ? 'M' : 'k');
  if (up === '' || down === '') return undefined;
  return `${up}${unit(bandwidth.rate_up_unit)}/${down}${unit(bandwidth.rate_down_unit)} ${burst}`.trim();
}

function validityOf(values: SourceRow['values']): FoundPlan['validity'] {
  const count = Number(values.validity);
  if (!Number.isInteger(count) || count < 1) return undefined;
  switch (values.validity_unit) {
    case 'Mins':
      return { unit: 'hours', count: Math.ceil(count / 60) };
    case 'Hrs':
      return { unit: 'hours', count };
    case 'Days':
      return { unit: 'days', count };
    default:
      return { unit: 'months', count };
  }
}

function limitOf({
  typebp,
  data_limit: limit = '',
  data_unit: unit,
}: SourceRow['values']): string | undefined {
  if (typebp !== 'Limited' || !/^\d+$/.test(limit) || limit === '0') return undefined;
  return unit === 'MB' ? String(Number(limit) / 1_000) : limit;
}

function toSubscriber(
  { line, values }: SourceRow,
  recharge: SourceRow | undefined,
  plans: ReadonlyMap<string, SourceRow>,
): FoundSubscriber {
  const isPpp = recharge?.values.type !== 'Hotspot';
  const password = (isPpp && values.pppoe_password) || values.password || '';
  const plan = plans.get(recharge?.values.plan_id ?? '')?.values.name_plan ?? recharge?.values.namebp;
  const isHash = /^\$2[aby]\$|^\$argon2/.test(password);
  const problem = isHash
    ? 'Only a hash of the password is there, which serves no CHAP: set a new password.'
    : plan === undefined
      ? 'It never bought a package: there is nothing to put it on.'
      : undefined;
  return {
    kind: 'subscriber',
    line,
    problem,
    cells: {
      username: (isPpp && values.pppoe_username) || values.username || '',
      password,
      plan: plan ?? '',
      ip: (isPpp && values.pppoe_ip) || '',
      customer: values.fullname ?? '',
      email: values.email ?? '',
      phone: values.phonenumber ?? '',
      expires: expiryOf(recharge),
      state: values.status === undefined || values.status === 'Active' ? '' : 'suspended',
    },
  };
}

function expiryOf(recharge: SourceRow | undefined): string {
  const { expiration = '', time = '' } = recharge?.values ?? {};
  return expiration === '' || expiration.startsWith('0000') ? '' : `${expiration} ${time}`.trim();
}
