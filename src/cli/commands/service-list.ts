import { SERVICE_STATUSES } from '../../subscribers/service-status.ts';
import { listServices, type ServiceListing } from '../../subscribers/services/service.store.ts';
import type { Command } from '../command.ts';
import { formatCount } from '../format.ts';
import { table } from '../table.ts';

const limitDefault = 100;

/** The command `service list`. */
export const serviceListCommand: Command = {
  name: 'service list',
  summary: 'show services, by user name',
  options: {
    username: { value: 'U', help: 'only this one' },
    status: { value: 'S', help: `only those ${SERVICE_STATUSES.join(', ')}` },
    package: { value: 'C', help: 'only those of this package' },
    after: { value: 'U', help: 'only user names after this one: the next page' },
    limit: { value: 'N', help: `how many at most (${limitDefault})` },
  },
  examples: ['service list --status suspended', 'service list --limit 1000 --after user000999 --json'],
  async run({ args, out, open }) {
    const limit = args.integer('limit', { min: 1, max: 100_000 }) ?? limitDefault;
    const { db } = await open();
    const found = await listServices(db, {
      username: args.text('username'),
      status: args.choice('status', SERVICE_STATUSES),
      planCode: args.text('package'),
      after: args.text('after'),
      limit: limit + 1,
    });
    const items = found.slice(0, limit);
    const nextCursor = found.length > limit ? items.at(-1)?.username : undefined;
    out.result({ items: items.map(machineForm), nextCursor }, () =>
      items.length === 0 ? 'No service matches.' : listing(items),
    );
    if (nextCursor !== undefined && !out.isJson) {
      out.note(`Only the first ${formatCount(limit)} are shown; the next page: --after ${nextCursor}`);
    }
    return undefined;
  },
};

function machineForm({ planId, planCode, planRateLimit, ...service }: ServiceListing): object {
  return { ...service, packageId: planId, package: planCode, packageRateLimit: planRateLimit };
}

function listing(items: readonly ServiceListing[]): string {
  return table(
    [
      { title: 'username' },
      { title: 'status' },
      { title: 'package' },
      { title: 'rate (up/down)' },
      { title: 'address' },
      { title: 'MAC lock' },
      { title: 'customer' },
    ],
    items.map((service) => [
      service.username,
      service.reason === undefined ? service.status : `${service.status} (${service.reason})`,
      service.planCode,
      service.rateLimit === undefined ? (service.planRateLimit ?? 'unlimited') : `${service.rateLimit} (own)`,
      service.framedIp ?? service.framedPool ?? '',
      service.macAddress ?? (service.macBind ? 'first to log in' : ''),
      service.customerName,
    ]),
  );
}
