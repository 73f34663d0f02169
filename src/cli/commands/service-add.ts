import { signUpAny } from '../../billing/prepaid/activation.service.ts';
import type { Command } from '../command.ts';

/** The command `service add`. */
export const serviceAddCommand: Command = {
  name: 'service add',
  summary: 'add a service: user name, password and package; it can log in at once',
  options: {
    username: { value: 'U', help: 'as the router sends it', isRequired: true },
    password: { value: 'P', help: 'may be empty where a MAC address opens the service', isRequired: true },
    package: { value: 'C', help: 'the code of its package', isRequired: true },
    customer: { value: 'NAME', help: 'who pays; a new customer named as the user when absent' },
    mac: { value: 'M', help: 'only this MAC address may log in' },
    'bind-mac': { help: 'the first MAC address that logs in becomes the only one' },
    ip: { value: 'A', help: 'a fixed IPv4 address' },
    pool: { value: 'P', help: "a pool in place of the package's" },
    rate: { value: 'R', help: "a speed in place of the package's, upload first" },
    sessions: { value: 'K', help: 'simultaneous sessions; 0 = any number (as the package says)' },
  },
  examples: [
    'service add --username amina --password s3cret-amina --package home-20 --customer "Amina Odhiambo"',
  ],
  async run({ args, out, open }) {
    const { db, box, businessClock: clock, actor } = await open();
    const created = await signUpAny(
      { db, box, clock },
      {
        username: args.required('username'),
        password: args.required('password'),
        planCode: args.required('package'),
        customerName: args.text('customer'),
        mac: args.text('mac'),
        macBind: args.flag('bind-mac'),
        framedIp: args.text('ip'),
        framedPool: args.text('pool'),
        rateLimit: args.text('rate'),
        sessionLimit: args.integer('sessions', { min: 0, max: 1_000 }),
        actor,
      },
    );
    const { id, customerId, plan, username, framedIp, macAddress, service } = created;
    out.result(
      {
        id,
        customerId,
        username,
        status: service.status,
        packageId: plan.id,
        package: plan.code,
        framedIp,
        macAddress,
      },
      () =>
        `Added the service ${username} on ${plan.code} (${plan.rateLimit ?? 'unlimited speed'}). ${service.status === 'active' ? 'It can log in now.' : 'It is prepaid and starts with its first paid period.'}`,
    );
    return undefined;
  },
};
