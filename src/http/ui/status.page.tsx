import { Hono } from 'hono';
import type { SystemStatus } from '../../reports/system-status.ts';
import type { HttpContext, HttpEnv, Installation } from '../context.ts';
import { isLocalViewer } from '../viewer.ts';
import type { Assets } from './assets.ts';
import { sendPage } from './html.ts';
import { Shell } from './layout.tsx';
import { Headline, isSetUp, LiveClock, verdictOf } from './status/headline.tsx';
import { Kpis } from './status/kpis.tsx';
import { LoginsCard } from './status/logins-card.tsx';
import { PartsCard } from './status/parts-card.tsx';
import { RefusalsCard } from './status/refusals-card.tsx';
import { RoutersCard } from './status/routers-card.tsx';
import { SetupCard } from './status/setup-card.tsx';
import { TroublesCard } from './status/troubles-card.tsx';
import { troubleWords } from './trouble-words.ts';

const refreshS = 5;

/** `/`: the state of the system, for anybody who can reach it. Nothing here names a customer or holds a secret. */
export function statusPages({ status, installation }: HttpContext, assets: Assets): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get('/', async (c) => {
    const isLocal = isLocalViewer(c);
    return sendPage(c, StatusPage({ status: await status.status(), installation, isLocal, assets }));
  });
  return app;
}

/** The page as one viewer may see it. */
export function StatusPage(props: {
  readonly status: SystemStatus;
  readonly installation: Installation;
  readonly isLocal: boolean;
  readonly assets: Assets;
}) {
  const { status, isLocal, assets } = props;
  // Where the product lies on the disk is nobody else's business.
  const installation = isLocal ? props.installation : { ...props.installation, commandPrefix: '' };
  const timeZone = status.stored?.timeZone ?? 'UTC';
  const troubles = status.troubles.map((trouble) => troubleWords(trouble, { installation, isLocal }));
  const verdict = verdictOf(status, troubles);
  return (
    <Shell
      title={`${verdict.title}, NetFlow ISP`}
      assets={assets}
      refreshS={refreshS}
      aside={<LiveClock status={status} timeZone={timeZone} />}
      foot={
        <>
          <span>NetFlow ISP {installation.version}</span>
          <span>Counts only: no customer is named on this page.</span>
        </>
      }
    >
      <Headline verdict={verdict} />
      <TroublesCard troubles={troubles} />
      {isSetUp(status) ? <Kpis status={status} /> : null}
      <div class="split">
        <div class="stack">
          {status.stored === undefined ? null : (
            <SetupCard setup={status.stored.setup} installation={installation} />
          )}
          {isSetUp(status) ? <LoginsCard status={status} /> : null}
          <RoutersCard status={status} isLocal={isLocal} />
        </div>
        <div class="stack">
          <PartsCard status={status} />
          <RefusalsCard refusals={status.refusals} />
        </div>
      </div>
      {!isSetUp(status) && status.stored?.setup.hasRouter ? <Kpis status={status} /> : null}
    </Shell>
  );
}
