import type { Child } from 'hono/jsx';
import type { SystemStatus } from '../../../reports/system-status.ts';
import { formatCount, formatRate } from '../format.ts';
import { Sparkline } from '../parts/sparkline.tsx';

/** The four numbers that say whether an ISP is alive. */
export function Kpis({ status }: { readonly status: SystemStatus }) {
  return (
    <section class="kpis" aria-label="Key figures" data-live="kpis">
      <Sessions status={status} />
      <Logins status={status} />
      <Accounting status={status} />
      <Waiting status={status} />
    </section>
  );
}

function Sessions({ status: { stored } }: { readonly status: SystemStatus }) {
  const uncertain = stored?.uncertainSessions ?? 0;
  const note =
    stored === undefined
      ? undefined
      : uncertain > 0
        ? `${formatCount(uncertain)} silent, kept open`
        : `of ${formatCount(stored.subscribers)} ${stored.subscribers === 1 ? 'subscriber' : 'subscribers'}`;
  return <Kpi title="Sessions live" figure={stored && formatCount(stored.sessions)} note={note} />;
}

function Logins({ status: { traffic } }: { readonly status: SystemStatus }) {
  if (traffic === undefined) return <Kpi title="Logins" figure={undefined} unit="/s" />;
  const { acceptsLastMinute, rejectsLastMinute } = traffic;
  return (
    <Kpi
      title="Logins"
      figure={formatRate(traffic.acceptsPerS + traffic.rejectsPerS)}
      unit="/s"
      note={
        <>
          {formatCount(acceptsLastMinute)} accepted,{' '}
          <span class={rejectsLastMinute > acceptsLastMinute ? 'bad' : ''}>
            {formatCount(rejectsLastMinute)} refused
          </span>{' '}
          in 1 min
        </>
      }
    />
  );
}

function Accounting({ status: { traffic } }: { readonly status: SystemStatus }) {
  if (traffic === undefined) return <Kpi title="Accounting" figure={undefined} unit="/s" />;
  const { accountingSeries } = traffic;
  return (
    <Kpi
      title="Accounting"
      figure={formatRate(traffic.accountingPerS)}
      unit="/s"
      note="reports kept and acknowledged"
      chart={<Sparkline rates={accountingSeries} label={courseOf('Accounting reports', accountingSeries)} />}
    />
  );
}

function Waiting({ status: { accountingQueue, database } }: { readonly status: SystemStatus }) {
  const note = database.answerMs === undefined ? undefined : 'reports on their way to disk';
  return (
    <Kpi
      title="Waiting to be kept"
      figure={accountingQueue === undefined ? undefined : formatCount(accountingQueue)}
      note={note}
    />
  );
}

interface KpiProps {
  readonly title: string;
  /** Undefined: nobody can know just now. */
  readonly figure: string | undefined;
  readonly unit?: string;
  readonly note?: Child;
  readonly chart?: Child;
}

function Kpi({ title, figure, unit, note, chart }: KpiProps) {
  return (
    <div class="card kpi">
      <h2 class="title">{title}</h2>
      <p class="figure">
        {figure ?? (
          <>
            <span aria-hidden="true">–</span>
            <span class="visually-hidden">unknown</span>
          </>
        )}
        {figure !== undefined && unit !== undefined ? <span class="unit">{unit}</span> : null}
      </p>
      {chart ?? <span />}
      <p class="note">{note ?? ''}</p>
    </div>
  );
}

function courseOf(what: string, rates: readonly (number | undefined)[]): string {
  const most = Math.max(...rates.map((rate) => rate ?? 0));
  return `${what} per second over the last ten minutes, at most ${formatRate(most)}`;
}
