import type { RouterStatus, StoredFacts, SystemStatus } from '../../../reports/system-status.ts';
import { formatCount } from '../format.ts';
import { Ago } from '../parts/ago.tsx';

/** A router with sessions reports every few minutes; after so long something is wrong with it or the way to it. */
const SILENT_AFTER_MS = 900_000;
const ROWS_MAX = 50;

/** Routers as they are heard. Names only for the operator at the machine; others learn how many. */
export function RoutersCard({
  status,
  isLocal,
}: {
  readonly status: SystemStatus;
  readonly isLocal: boolean;
}) {
  const { stored, atMs } = status;
  if (stored === undefined || stored.routers.length === 0) return <div hidden data-live="routers" />;
  const { routers } = stored;
  const heard = routers.filter((router) => toneOf(router, atMs) === 'ok').length;
  return (
    <section class="card" data-live="routers">
      <header>
        <h2>Routers</h2>
        <p>
          {formatCount(heard)} of {formatCount(routers.length)} heard in the last 15 minutes
        </p>
      </header>
      {isLocal ? (
        <RouterTable stored={stored} nowMs={atMs} />
      ) : (
        <p class="quiet">
          Names are shown only at the server itself: open this page there as http://localhost.
        </p>
      )}
    </section>
  );
}

function RouterTable({ stored, nowMs }: { readonly stored: StoredFacts; readonly nowMs: number }) {
  const { routers, timeZone } = stored;
  // Those in trouble first; a long list shows nothing new further down.
  const shown = routers.toSorted((a, b) => rank(a, nowMs) - rank(b, nowMs)).slice(0, ROWS_MAX);
  return (
    <>
      <table>
        <caption class="visually-hidden">Routers, when they were last heard, and their open sessions</caption>
        <thead>
          <tr>
            <th scope="col">Router</th>
            <th scope="col" class="hide-small">
              Last login
            </th>
            <th scope="col">Last accounting</th>
            <th scope="col" class="number">
              Sessions
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((router) => (
            <RouterRow router={router} nowMs={nowMs} timeZone={timeZone} />
          ))}
        </tbody>
      </table>
      {routers.length > ROWS_MAX ? (
        <p class="quiet">And {formatCount(routers.length - ROWS_MAX)} more.</p>
      ) : null}
    </>
  );
}

function RouterRow(props: {
  readonly router: RouterStatus;
  readonly nowMs: number;
  readonly timeZone: string;
}) {
  const { router, nowMs, timeZone } = props;
  const tone = toneOf(router, nowMs);
  return (
    <tr>
      <th scope="row">
        <span class="name">
          <span class={`dot ${tone}`} />
          <span>
            {router.name}
            <span class="visually-hidden">, {TONE_WORDS[tone]}</span>
          </span>
        </span>
        <code>{router.address}</code>
      </th>
      <td class="hide-small">
        <Ago atMs={router.lastLoginAtMs} nowMs={nowMs} timeZone={timeZone} />
      </td>
      <td class={tone === 'warn' ? 'late' : ''}>
        <Ago atMs={router.lastAccountingAtMs} nowMs={nowMs} timeZone={timeZone} />
        {router.isDisabled ? <span class="sub">disabled</span> : null}
      </td>
      <td class="number">
        {formatCount(router.sessions)}
        {router.uncertainSessions > 0 ? (
          <span class="sub">{formatCount(router.uncertainSessions)} silent</span>
        ) : null}
      </td>
    </tr>
  );
}

type Tone = 'ok' | 'warn' | 'none';

const TONE_WORDS: Readonly<Record<Tone, string>> = { ok: 'heard', warn: 'silent', none: 'not in use' };

function toneOf(router: RouterStatus, nowMs: number): Tone {
  if (router.isDisabled) return 'none';
  const heardAtMs = Math.max(router.lastLoginAtMs ?? 0, router.lastAccountingAtMs ?? 0);
  if (heardAtMs === 0) return 'none';
  if (nowMs - heardAtMs > SILENT_AFTER_MS) return 'warn';
  // Logins alone are half a router.
  return router.lastAccountingAtMs === undefined && router.sessions === 0 ? 'warn' : 'ok';
}

function rank(router: RouterStatus, nowMs: number): number {
  return { warn: 0, ok: 1, none: 2 }[toneOf(router, nowMs)];
}
