import { readSettings } from '../../platform/settings/setting.store.ts';
import { customAttributeObjection } from '../../radius/policy/custom-attribute.ts';
import { planReplyFaults } from '../../radius/policy/plan-reply.ts';
import { addPlan } from '../../subscribers/catalog/catalog.service.ts';
import { type CustomAttribute, LIMIT_ACTIONS, PLAN_TIERS } from '../../subscribers/catalog/plan.ts';
import { CYCLE_UNITS, type NewPlanBilling } from '../../subscribers/catalog/plan-billing.ts';
import { type Arguments, UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { formatPrice, parsePrice } from '../format.ts';

const seconds = { min: 0, max: 31_536_000 };

/** The command `package add`. */
export const packageAddCommand: Command = {
  name: 'package add',
  summary: 'add a package, which is what services are sold as',
  options: {
    code: { value: 'C', help: 'a short code of your choice', isRequired: true },
    name: { value: 'N', help: 'what customers read', isRequired: true },
    rate: { value: 'R', help: 'speed in MikroTik grammar, upload first: 5M/20M; unlimited when absent' },
    price: { value: 'P', help: 'per cycle, in whole units of the currency: 3000 or 29.99', isRequired: true },
    currency: { value: 'KES', help: 'ISO 4217 code (the setting isp_currency)' },
    pool: { value: 'P', help: 'the /ip/pool addresses come from' },
    'data-limit-gb': { value: 'G', help: 'data allowance of a cycle; unlimited when absent' },
    'limit-action': { value: 'A', help: `when it is used up: ${LIMIT_ACTIONS.join(', ')} (notify)` },
    'throttle-rate': { value: 'R', help: 'speed once the allowance is used up and the action is throttle' },
    model: { value: 'M', help: 'postpaid or prepaid (postpaid)' },
    sessions: { value: 'K', help: 'simultaneous sessions; 0 = any number (1)' },
    'address-list': { value: 'L', help: 'firewall address list of the router' },
    'ipv6-pool': { value: 'P', help: 'pool of delegated IPv6 prefixes' },
    'ppp-profile': { value: 'P', help: 'PPP profile of the router (Mikrotik-Group)' },
    'idle-timeout': { value: 'SECONDS', help: 'end a session that is idle so long' },
    'session-timeout': { value: 'SECONDS', help: 'end a session after so long' },
    'interim-interval': { value: 'SECONDS', help: 'how often usage is reported, at least 60' },
    cycle: { value: 'U', help: `${CYCLE_UNITS.join(', ')} (the setting isp_billing_cycle)` },
    'cycle-count': { value: 'N', help: 'so many of them make a period (1)' },
    'base-timing': { value: 'T', help: 'advance or arrears (advance)' },
    'overage-price': { value: 'P', help: 'what each block beyond the allowance costs' },
    'overage-block-gb': { value: 'G', help: 'gigabytes of a block (1)' },
    'overage-cap': { value: 'P', help: 'the most that overage of a period costs' },
    'setup-fee': { value: 'P', help: 'once, on the first invoice' },
    'trial-days': { value: 'N', help: 'days before billing starts' },
    validity: { value: 'COUNT-UNIT', help: 'how long a prepaid period lasts: 30-days, 24-hours' },
    tier: { value: 'T', help: PLAN_TIERS.join(', ') },
    attribute: { value: 'NAME=VALUE', help: 'a RADIUS attribute to add to replies', isRepeatable: true },
  },
  examples: [
    'package add --code home-20 --name "Home 20" --rate 5M/20M --price 3000 --currency KES',
    'package add --code capped --name Capped --rate "2M/8M 4M/16M 1M/6M 16/16" --price 29.99 --currency USD --data-limit-gb 100 --limit-action throttle --throttle-rate 512k/1M',
  ],
  async run({ args, out, open }) {
    const attributes = args.all('attribute').map(parseAttribute);
    const throttleRate = args.text('throttle-rate');
    const { db, actor } = await open();
    const currency = args.text('currency') ?? (await readSettings(db)).isp_currency;
    const { plan } = await addPlan(
      { db, checkAttribute: customAttributeObjection, checkReply: planReplyFaults },
      {
        code: args.required('code'),
        name: args.required('name'),
        price: parsePrice(args.required('price'), currency),
        currency,
        model: args.text('model'),
        rateLimit: args.text('rate'),
        fup: throttleRate === undefined ? [] : [{ from_percent: 100, rate_limit: throttleRate }],
        pool: args.text('pool'),
        dataLimitGb: args.text('data-limit-gb'),
        limitAction: args.text('limit-action'),
        sessionLimit: args.integer('sessions', { min: 0, max: 1_000 }),
        addressList: args.text('address-list'),
        ipv6Pool: args.text('ipv6-pool'),
        pppProfile: args.text('ppp-profile'),
        idleTimeoutS: args.integer('idle-timeout', seconds),
        sessionTimeoutS: args.integer('session-timeout', seconds),
        interimIntervalS: args.integer('interim-interval', seconds),
        radiusAttributes: attributes,
        tier: args.text('tier'),
        ...billingOf(args, currency),
      },
      actor,
    );
    out.result(
      plan,
      () =>
        `Added the package ${plan.code}: ${plan.rateLimit ?? 'unlimited speed'} for ${formatPrice(plan.price, plan.currency)}.`,
    );
    return undefined;
  },
};

function billingOf(args: Arguments, currency: string): NewPlanBilling {
  const amount = (name: string): bigint | undefined => {
    const text = args.text(name);
    return text === undefined ? undefined : parsePrice(text, currency);
  };
  const price = amount('overage-price');
  const cap = amount('overage-cap');
  const blockGb = args.text('overage-block-gb');
  if (price === undefined && (cap !== undefined || blockGb !== undefined)) {
    throw new UsageError('Overage needs --overage-price.');
  }
  return {
    cycle: args.text('cycle'),
    cycleCount: args.integer('cycle-count', { min: 1, max: 120 }),
    baseTiming: args.text('base-timing'),
    overage:
      price === undefined
        ? undefined
        : { price: Number(price), block_gb: blockGb, cap: cap === undefined ? undefined : Number(cap) },
    setupFee: amount('setup-fee'),
    trialDays: args.integer('trial-days', { min: 0, max: 3_650 }),
    validity: parseValidity(args.text('validity')),
  };
}

function parseValidity(text: string | undefined): NewPlanBilling['validity'] {
  if (text === undefined) return undefined;
  const [, count = '', unit = ''] = /^(\d{1,5})-?(\w+)$/.exec(text) ?? [];
  if (unit === '') throw new UsageError(`--validity cannot be '${text}': write it like 30-days.`);
  return { count: Number(count), unit };
}

function parseAttribute(text: string): CustomAttribute {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--attribute cannot be '${text}': write NAME=VALUE.`);
  return { name: text.slice(0, at).trim(), value: text.slice(at + 1) };
}
