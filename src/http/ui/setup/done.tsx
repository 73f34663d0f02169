import type { Assets } from '../assets.ts';
import { Shell } from '../layout.tsx';
import { Icon } from '../parts/icon.tsx';

/** The page of an installation that somebody is in charge of; `email` is of who has just become that. */
export function SetupDone(props: {
  readonly assets: Assets;
  readonly version: string;
  readonly email?: string | undefined;
}) {
  const { assets, version, email } = props;
  const title = email === undefined ? 'This installation is set up' : 'Your administrator is ready';
  return (
    <Shell title={`${title}, NetFlow ISP`} assets={assets} foot={<span>NetFlow ISP {version}</span>}>
      <div class="narrow">
        <div class="headline ok">
          <span class="mark">
            <Icon name="check" />
          </span>
          <div>
            <h1>{title}</h1>
            <p>
              {email === undefined
                ? 'There is an administrator already, and the set-up token is void.'
                : `${email} may do everything from now on, and the set-up token is void.`}
            </p>
          </div>
        </div>
        <nav class="card ways" aria-label="What next">
          <a href="/">
            <b>Status</b>
            <span>How things stand, and the lines for your first router</span>
          </a>
          <a href="/api/docs">
            <b>API reference</b>
            <span>Sign in by POST /api/auth/login; every operation with an example</span>
          </a>
        </nav>
      </div>
    </Shell>
  );
}
