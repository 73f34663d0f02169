import type { Child } from 'hono/jsx';
import type { SetupProgress } from '../../../reports/system-status.ts';
import type { Installation } from '../../context.ts';
import { Command } from '../parts/command.tsx';
import { Icon } from '../parts/icon.tsx';

interface Step {
  readonly title: string;
  readonly isDone: boolean;
  readonly body: Child;
}

/** The way from an empty installation to a first subscriber online; gone once it has been walked. */
export function SetupCard(props: { readonly setup: SetupProgress; readonly installation: Installation }) {
  const steps = stepsOf(props.setup, props.installation);
  const next = steps.findIndex(({ isDone }) => !isDone);
  if (next === -1) return <div hidden data-live="setup" />;
  const done = steps.filter(({ isDone }) => isDone).length;
  return (
    <section class="card" data-live="setup">
      <header>
        <h2>Your first subscriber online</h2>
        <span class="pill count">
          {done} of {steps.length}
        </span>
      </header>
      <ol class="rows steps">
        {steps.map(({ title, isDone, body }, index) => (
          <li
            class={isDone ? 'done' : index === next ? 'now' : 'later'}
            aria-current={index === next ? 'step' : undefined}
          >
            <span class="number">{isDone ? <Icon name="check" /> : index + 1}</span>
            <h3>
              {title}
              {isDone ? <span class="visually-hidden">, done</span> : null}
            </h3>
            {isDone ? null : <div class="text">{body}</div>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function stepsOf(setup: SetupProgress, installation: Installation): readonly Step[] {
  const { commandPrefix, radiusAddress: address, radiusAuthPort: auth, radiusAcctPort: acct } = installation;
  const cli = `${commandPrefix}npm run cli --`;
  return [
    {
      title: 'Name your router',
      isDone: setup.hasRouter,
      body: (
        <>
          <p>
            ROUTER_ADDRESS is where its packets come from. SECRET is yours to choose, 24 characters or more.
          </p>
          <Command
            place="here"
            lines={[`${cli} nas add --name router-1 --address ROUTER_ADDRESS --secret SECRET`]}
          />
        </>
      ),
    },
    {
      title: 'Make a package',
      isDone: setup.hasPlan,
      body: (
        <Command
          place="here"
          lines={[`${cli} package add --code HOME20 --name "Home 20M" --rate 5M/20M --price 3000`]}
        />
      ),
    },
    {
      title: 'Add a subscriber',
      isDone: setup.hasService,
      body: (
        <Command
          place="here"
          lines={[`${cli} service add --username alice --password PASSWORD --package HOME20`]}
        />
      ),
    },
    {
      title: 'Point the router here',
      isDone: setup.hasLogin,
      body: (
        <Command
          place="router"
          lines={[
            `/radius add service=ppp address=${address} secret=SECRET authentication-port=${auth} accounting-port=${acct} timeout=3s`,
            '/radius incoming set accept=yes port=3799',
            '/ppp aaa set use-radius=yes accounting=yes interim-update=5m',
          ]}
        />
      ),
    },
    {
      title: 'Dial in',
      isDone: setup.hasAccounting,
      body: (
        <>
          <p>Let the subscriber connect. If it is refused, this says which check said no:</p>
          <Command place="here" lines={[`${cli} explain alice`]} />
        </>
      ),
    },
  ];
}
