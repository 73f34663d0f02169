import type { Problem } from '../../problem.ts';
import type { Assets } from '../assets.ts';
import { Shell } from '../layout.tsx';
import { Field } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';

/** The page that makes the first administrator. */
export interface SetupFormProps {
  readonly assets: Assets;
  readonly version: string;
  /** Nobody between the browser and here can read what is sent. */
  readonly isPrivate: boolean;
  /** What somebody has filled in; the password is never sent back. */
  readonly filled: { readonly token: string; readonly email: string };
  readonly problem?: Problem | undefined;
}

/** The form, with what comes after it; after a refusal with the reason at each field. */
export function SetupForm({ assets, version, isPrivate, filled, problem }: SetupFormProps) {
  const title = 'Create the first administrator';
  return (
    <Shell
      title={`${problem === undefined ? '' : 'Not yet: '}${title}, NetFlow ISP`}
      assets={assets}
      foot={<span>NetFlow ISP {version}</span>}
    >
      <div class="welcome">
        <div class="stack">
          <div class="headline accent">
            <span class="mark">
              <Icon name="key" />
            </span>
            <div>
              <h1>{title}</h1>
              <p>Whoever holds the set-up token takes charge of this installation, once.</p>
            </div>
          </div>
          <ol class="next">
            <li>
              <b>Take charge</b> Each start without an administrator prints a new token, and the one before is
              void.
            </li>
            <li>
              <b>Connect a router</b> The status page has the lines to paste, and shows when the router is
              heard.
            </li>
            <li>
              <b>Let a subscriber in</b> A package, a service, and the first login is seen here.
            </li>
          </ol>
        </div>
        <form class="card form" method="post" action="/setup">
          {isPrivate ? null : (
            <p class="notice warn">
              This page came without encryption: others on the way can read the password. Open it by https://
              or on the server itself.
            </p>
          )}
          {problem === undefined ? null : <Summary problem={problem} />}
          <Fields filled={filled} problem={problem} />
          <button type="submit" class="button">
            Create the administrator
          </button>
        </form>
      </div>
    </Shell>
  );
}

/** What is wrong as a whole; takes the focus, so that it is read out first. */
function Summary({ problem }: { readonly problem: Problem }) {
  return (
    <p class="notice bad" role="alert" tabindex={-1} autofocus>
      {problem.message}
    </p>
  );
}

function Fields({ filled, problem }: Pick<SetupFormProps, 'filled' | 'problem'>) {
  const wrong = problem?.fields ?? {};
  return (
    <>
      <Field
        name="token"
        label="Set-up token"
        value={filled.token}
        autocomplete="off"
        placeholder="nfs_"
        hint="Printed in the terminal in which NetFlow ISP was started."
        isMono
        isFirst={problem === undefined}
        error={problem?.code === 'setup_token_invalid' ? 'This is not the newest one.' : undefined}
      />
      <Field
        name="email"
        label="E-mail address"
        type="email"
        value={filled.email}
        autocomplete="username"
        placeholder="you@example.net"
        hint="The name you sign in with."
        error={wrong.email}
      />
      <Field
        name="password"
        label="Password"
        type="password"
        autocomplete="new-password"
        minLength={8}
        hint="At least 8 characters; a sentence is easier to remember than a puzzle."
        error={wrong.password}
      />
      <Field
        name="repeat"
        label="The password once more"
        type="password"
        autocomplete="new-password"
        error={wrong.repeat}
      />
    </>
  );
}
