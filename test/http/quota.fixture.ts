import { openServiceSite, type ServiceSite } from './services.fixture.ts';

/** A gigabyte of the rules (O1). */
export const GB = 1_000_000_000;

/** The API over services with allowances; the clock stands at the first of April 2025. */
export interface QuotaSite extends ServiceSite {
  /** A package of 100 GB for 3000 a month that throttles to 512k/1M; its parts replace these. */
  plan(parts?: object): Promise<number>;
  /** A new service of amina's on such a package. */
  service(parts?: object): Promise<number>;
  /** Tells usage and answers what the API says of it. */
  tell(
    serviceId: number,
    usage: object,
  ): Promise<{ status: string; reason: string | null; alerts: number[] }>;
  /** Status and reason. */
  state(serviceId: number): Promise<string>;
  /** Its alerts, oldest first: period and threshold. */
  alerts(serviceId: number): Promise<string[]>;
  /** Moves the clock and runs a task; answers its counts. */
  run(task: string, at?: string, body?: object): Promise<Record<string, number>>;
  /** Lines of its invoices of a kind that begins so, oldest first: kind and amount. */
  lines(serviceId: number, kind: string): Promise<string[]>;
}

/** Opens it for one test file. */
export async function openQuotaSite(): Promise<QuotaSite> {
  const site = await openServiceSite();
  const { call, clock } = site.api;
  clock.set('2025-04-01T00:00:00Z');
  let plans = 0;
  const plan = async (parts: object = {}): Promise<number> => {
    plans += 1;
    const body = {
      code: `quota-${plans}`,
      name: `Quota ${plans}`,
      price: 3_000,
      currency: 'KES',
      rate_limit: '5M/20M',
      data_limit_gb: '100',
      limit_action: 'throttle',
      fup: [{ from_percent: 100, rate_limit: '512k/1M' }],
      ...parts,
    };
    return (await call('POST', '/api/isp/packages', { body })).body.id;
  };
  return {
    ...site,
    plan,
    service: async (parts) => (await site.create({ package_id: await plan(parts) })).body.id,
    tell: async (serviceId, usage) =>
      (await call('POST', '/api/isp/monitoring/usage', { body: { service_id: serviceId, ...usage } })).body,
    state: async (serviceId) => {
      const { status, reason } = (await call('GET', `/api/isp/services/${serviceId}`)).body;
      return reason === null ? status : `${status} ${reason}`;
    },
    alerts: async (serviceId) => {
      const { body } = await call('GET', `/api/isp/monitoring/alerts/${serviceId}`);
      const shown = body.items.map(
        (alert: { period_start: string; threshold: number }) => `${alert.period_start} ${alert.threshold}`,
      );
      return shown.reverse();
    },
    run: async (task, at, body = {}) => {
      if (at !== undefined) clock.set(at);
      return (await call('POST', `/api/isp/billing/run/${task}`, { body })).body.counts;
    },
    lines: async (serviceId, kind) => {
      const { items } = (await call('GET', `/api/isp/billing/invoices?service_id=${serviceId}`)).body;
      const ids: number[] = items.map(({ id }: { id: number }) => id).sort((a: number, b: number) => a - b);
      const invoices = await Promise.all(ids.map((id) => call('GET', `/api/isp/billing/invoices/${id}`)));
      return invoices
        .flatMap(({ body }) => body.lines)
        .filter((line: { kind: string }) => line.kind.startsWith(kind))
        .map((line: { kind: string; amount: number }) => `${line.kind} ${line.amount}`);
    },
  };
}
