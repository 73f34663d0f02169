import type { Context } from 'hono';
import type { HttpEnv } from '../context.ts';
import type { Problem } from '../problem.ts';
import type { Assets } from './assets.ts';
import { sendPage } from './html.ts';
import { Shell } from './layout.tsx';
import { Icon } from './parts/icon.tsx';

/** A page for people about a request that failed. */
export function errorPage(
  c: Context<HttpEnv>,
  assets: Assets,
  problem: Problem,
): Response | Promise<Response> {
  if (problem.retryAfterS !== undefined) c.header('Retry-After', String(problem.retryAfterS));
  c.status(problem.status);
  return sendPage(
    c,
    <Shell title={`${problem.status}, NetFlow ISP`} assets={assets}>
      <div class="headline warn">
        <span class="mark">
          <Icon name="alert" />
        </span>
        <div>
          <h1>{problem.message}</h1>
          <p>
            <a href="/">Go to the status page</a>
          </p>
        </div>
      </div>
      <p class="where">Request {c.get('requestId')}</p>
    </Shell>,
  );
}
