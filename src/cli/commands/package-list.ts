import { listPlans } from '../../subscribers/catalog/plan.store.ts';
import type { Command } from '../command.ts';
import { formatPrice } from '../format.ts';
import { table } from '../table.ts';

/** The command `package list`. */
export const packageListCommand: Command = {
  name: 'package list',
  summary: 'show the packages',
  options: { all: { help: 'archived ones too' } },
  examples: ['package list'],
  async run({ args, out, open }) {
    const { db } = await open();
    const items = await listPlans(db, { includeArchived: args.flag('all') });
    out.result({ items }, () =>
      items.length === 0
        ? 'There is no package yet: add one with package add.'
        : table(
            [
              { title: 'code' },
              { title: 'name' },
              { title: 'rate (up/down)' },
              { title: 'price', isRight: true },
              { title: 'data', isRight: true },
              { title: 'then' },
              { title: 'pool' },
              { title: 'sessions', isRight: true },
            ],
            items.map((plan) => [
              plan.code,
              plan.name,
              plan.rateLimit ?? 'unlimited',
              formatPrice(plan.price, plan.currency),
              plan.dataLimitGb === undefined ? 'unlimited' : `${plan.dataLimitGb} GB`,
              plan.dataLimitGb === undefined ? '' : plan.limitAction,
              plan.pool ?? '',
              plan.sessionLimit === 0 ? 'any' : String(plan.sessionLimit),
            ]),
          ),
    );
    return undefined;
  },
};
