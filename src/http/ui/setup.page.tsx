import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { needsSetup, setUp } from '../../platform/identity/first-run/first-admin.service.ts';
import { originOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { type Problem, problemOf } from '../problem.ts';
import type { Assets } from './assets.ts';
import { sendPage } from './html.ts';
import { SetupDone } from './setup/done.tsx';
import { SetupForm } from './setup/form.tsx';

const BODY_OCTETS_MAX = 16 * 1024;

/** `/setup`: makes the first administrator with the set-up token that the start printed; whole without JavaScript. */
export function setupPages({ identity, installation }: HttpContext, assets: Assets): Hono<HttpEnv> {
  const { version } = installation;
  const app = new Hono<HttpEnv>();
  const form = (c: Context<HttpEnv>, filled: { token: string; email: string }, problem?: Problem) => {
    const isPrivate = c.get('isTls') || c.get('isLoopback');
    return sendPage(c, SetupForm({ assets, version, isPrivate, filled, problem }));
  };
  const done = (c: Context<HttpEnv>, email?: string) => sendPage(c, SetupDone({ assets, version, email }));
  app.get('/setup', async (c) =>
    (await needsSetup(identity.db)) ? form(c, { token: '', email: '' }) : done(c),
  );
  app.post('/setup', bodyLimit({ maxSize: BODY_OCTETS_MAX }), async (c) => {
    const fields = await c.req.parseBody();
    const [token, email, password] = [text(fields.token).trim(), text(fields.email), text(fields.password)];
    const refused = (problem: Problem) => {
      c.status(problem.status);
      return problem.code === 'already_set_up' ? done(c) : form(c, { token, email }, problem);
    };
    if (password !== text(fields.repeat)) return refused(UNEQUAL);
    try {
      await setUp(identity, { token, email, password }, originOf(c));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= 500) throw error;
      return refused(problem);
    }
    c.status(201);
    return done(c, email.trim());
  });
  return app;
}

const UNEQUAL: Problem = {
  status: 422,
  code: 'validation_failed',
  message: 'The two passwords differ.',
  fields: { repeat: 'must be the same password' },
};

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
