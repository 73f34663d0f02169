import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Child } from 'hono/jsx';
import { needsSetup, setUp } from '../../platform/identity/first-run/first-admin.service.ts';
import { originOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { type Problem, problemOf } from '../problem.ts';
import type { Assets } from './assets.ts';
import { sendPage } from './html.ts';
import { Shell } from './layout.tsx';
import { Field } from './parts/field.tsx';
import { Icon } from './parts/icon.tsx';

const BODY_OCTETS_MAX = 16 * 1024;

/** What somebody has filled in; the password is never sent back. */
interface Filled {
  readonly token: string;
  readonly email: string;
}

/** `/setup`: makes the first administrator with the set-up token that the start printed; whole without JavaScript. */
export function setupPages({ identity }: HttpContext, assets: Assets): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get('/setup', async (c) =>
    (await needsSetup(identity.db))
      ? sendPage(c, <SetupPage assets={assets} filled={{ token: '', email: '' }} />)
      : sendPage(c, <DonePage assets={assets} title="This installation is set up" />),
  );
  app.post('/setup', bodyLimit({ maxSize: BODY_OCTETS_MAX }), async (c) => {
    const form = await c.req.parseBody();
    const [token, email, password] = [text(form.token).trim(), text(form.email), text(form.password)];
    try {
      if (password !== text(form.repeat)) return formAgain(c, assets, { token, email, problem: UNEQUAL });
      await setUp(identity, { token, email, password }, originOf(c));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= 500) throw error;
      return formAgain(c, assets, { token, email, problem });
    }
    c.status(201);
    return sendPage(c, <DonePage assets={assets} title="Your administrator is ready" email={email.trim()} />);
  });
  return app;
}

const UNEQUAL: Problem = {
  status: 422,
  code: 'validation_failed',
  message: 'The two passwords differ.',
  fields: { repeat: 'must be the same password' },
};

function formAgain(
  c: Context<HttpEnv>,
  assets: Assets,
  { token, email, problem }: Filled & { readonly problem: Problem },
): Response | Promise<Response> {
  c.status(problem.status);
  if (problem.code === 'already_set_up') {
    return sendPage(c, <DonePage assets={assets} title="This installation is set up" />);
  }
  return sendPage(c, <SetupPage assets={assets} filled={{ token, email }} problem={problem} />);
}

function SetupPage(props: { readonly assets: Assets; readonly filled: Filled; readonly problem?: Problem }) {
  const { assets, filled, problem } = props;
  const wrong = problem?.fields ?? {};
  return (
    <Shell title="Set up, NetFlow ISP" assets={assets}>
      <div class="narrow">
        <div class="headline">
          <span class="mark">
            <Icon name="spark" />
          </span>
          <div>
            <h1>Create the first administrator</h1>
            <p>The terminal in which NetFlow ISP was started shows the set-up token.</p>
          </div>
        </div>
        <form class="card form" method="post" action="/setup">
          {problem === undefined ? null : (
            <p class="notice bad" role="alert">
              {problem.message}
            </p>
          )}
          <Field
            name="token"
            label="Set-up token"
            value={filled.token}
            autocomplete="off"
            isMono
            error={problem?.code === 'setup_token_invalid' ? 'is not the newest one' : undefined}
          />
          <Field
            name="email"
            label="E-mail address"
            type="email"
            value={filled.email}
            autocomplete="username"
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
          <button type="submit" class="button">
            Create the administrator
          </button>
        </form>
      </div>
    </Shell>
  );
}

function DonePage({
  assets,
  title,
  email,
}: {
  readonly assets: Assets;
  readonly title: string;
  readonly email?: string;
}) {
  return (
    <Shell title={`${title}, NetFlow ISP`} assets={assets}>
      <div class="narrow">
        <div class="headline ok">
          <span class="mark">
            <Icon name="check" />
          </span>
          <div>
            <h1>{title}</h1>
            <p>{doneWords(email)}</p>
          </div>
        </div>
        <p>
          <a href="/">Go to the status page</a>
        </p>
      </div>
    </Shell>
  );
}

function doneWords(email: string | undefined): Child {
  if (email === undefined) return 'There is an administrator already, and the set-up token is void.';
  return `${email} may do everything from now on, and the set-up token is void.`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
