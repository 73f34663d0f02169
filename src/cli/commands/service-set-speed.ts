import { setServiceSpeed } from '../../subscribers/speeds/speed.service.ts';
import { UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { changeAndReport } from '../enforcement-wait.ts';
import { formatInstant } from '../format.ts';

/** The command `service set-speed`. */
export const serviceSetSpeedCommand: Command = {
  name: 'service set-speed',
  summary: 'give a service a speed of its own; live sessions change at once',
  positionals: [
    { name: 'username', help: 'whose service' },
    { name: 'rate', help: 'speed in MikroTik grammar, upload first: 5M/20M', isOptional: true },
  ],
  options: {
    until: { value: 'INSTANT', help: 'only until then, such as 2026-03-04T18:00:00Z' },
    clear: { help: "back to the package's speed" },
  },
  examples: [
    'service set-speed amina 10M/50M --until 2026-12-24T00:00:00Z',
    'service set-speed amina --clear',
  ],
  async run(call) {
    const { args } = call;
    const username = args.required('username');
    const rate = args.text('rate');
    if ((rate === undefined) !== args.flag('clear')) {
      throw new UsageError('Give either a rate or --clear.');
    }
    const until = args.instant('until');
    return changeAndReport(call, {
      change: (deps, actor) => setServiceSpeed(deps, { username, actor, rateLimit: rate ?? null, until }),
      sentence: ({ after, timeZone }) => {
        if (after.rateLimit === undefined) {
          return `${username} has the speed of its package again (${after.planRateLimit ?? 'unlimited'}).`;
        }
        const end = until === undefined ? '' : ` until ${formatInstant(until, timeZone)} ${timeZone}`;
        return `${username} has ${after.rateLimit}${end}.`;
      },
    });
  },
};
