import { type Explanation, explainLogin } from '../../radius/auth/explain.service.ts';
import type { TrailStep } from '../../radius/policy/trail.ts';
import type { Command } from '../command.ts';
import { formatInstant } from '../format.ts';
import { printable, table } from '../table.ts';

/** The command `explain`. */
export const explainCommand: Command = {
  name: 'explain',
  summary: 'show every check behind a login and the exact reply, without logging in',
  positionals: [{ name: 'username', help: 'who would log in' }],
  options: {
    password: { value: 'P', help: 'check this password; taken as right when absent' },
    mac: { value: 'M', help: 'the MAC address that dials' },
    nas: { value: 'NAME|ADDRESS', help: 'the router it comes from' },
    method: { value: 'M', help: 'pap, chap, mschapv1, mschapv2, mac or eap (pap)' },
    at: { value: 'INSTANT', help: 'as if it were then, such as 2026-11-27T21:00:00Z' },
  },
  notes: ['Nothing is sent, counted or bound. The last real logins are shown below.'],
  examples: ['explain amina --password s3cret-amina --nas edge-1'],
  async run({ args, out, open }) {
    const username = args.required('username');
    const at = args.instant('at');
    const { db, box, businessClock: clock, timeZone } = await open();
    const explained = await explainLogin(db, box, clock, {
      username,
      ...given('password', args.text('password')),
      ...given('mac', args.text('mac')),
      ...given('nas', args.text('nas')),
      ...given('method', args.text('method')),
      ...given('at', at?.toISOString()),
    });
    out.result({ username, ...explained }, () => report(username, explained, timeZone));
    return undefined;
  },
};

function given<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: string });
}

const MARKS: Readonly<Record<TrailStep['result'], string>> = {
  passed: 'ok',
  failed: 'FAILED',
  skipped: 'skipped',
  walled: 'WALLED',
  not_reached: '-',
};

function report(username: string, explained: Explanation, timeZone: string): string {
  const { outcome, reason, trail, reply, recent } = explained;
  const verdict = {
    accept: 'Access-Accept',
    walled: 'Access-Accept into the walled garden',
    reject: 'Access-Reject',
  };
  const sections = [
    `${printable(username)}: ${verdict[outcome]}${reason === undefined ? '' : ` (${reason})`}`,
    table(
      [{ title: 'check' }, { title: 'result' }, { title: 'why' }],
      trail.map((step) => [step.check, MARKS[step.result], step.sentence]),
    ),
    table(
      [{ title: 'reply attribute' }, { title: 'value' }],
      reply.map(({ name, value }) => [name, String(value)]),
    ),
  ];
  if (recent.length === 0) return [...sections, 'No login of this name in the last days.'].join('\n\n');
  const logins = table(
    [
      { title: `login (${timeZone})` },
      { title: 'outcome' },
      { title: 'reason' },
      { title: 'method' },
      { title: 'NAS' },
      { title: 'MAC or station' },
    ],
    recent.map((login) => [
      formatInstant(new Date(login.at), timeZone),
      login.outcome,
      login.reason ?? '',
      login.method,
      login.nas ?? '',
      login.mac ?? '',
    ]),
  );
  return [...sections, logins].join('\n\n');
}
