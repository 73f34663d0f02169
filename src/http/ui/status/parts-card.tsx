import type { SystemStatus } from '../../../reports/system-status.ts';
import { formatCount, formatSpan } from '../format.ts';

interface PartRow {
  readonly name: string;
  readonly tone: 'ok' | 'warn' | 'bad' | '';
  readonly state: string;
  readonly detail: string;
}

const AWAITED = 'Its first report is awaited.';

/** RADIUS, database and worker, each with its state in words. */
export function PartsCard({ status }: { readonly status: SystemStatus }) {
  const rows = [radius(status), database(status), worker(status)];
  return (
    <section class="card" data-live="parts">
      <header>
        <h2>System</h2>
      </header>
      <ul class="rows parts">
        {rows.map(({ name, tone, state, detail }) => (
          <li class={tone}>
            <span class="dot" />
            <h3>
              {name} <span>{state}</span>
            </h3>
            <p>{detail}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function radius({ radiusHosts, traffic, database }: SystemStatus): PartRow {
  const name = 'RADIUS';
  if (radiusHosts === undefined) {
    return {
      name,
      tone: '',
      state: 'Unknown',
      detail: database.isUp ? AWAITED : 'It reports through the database. Logins go on from memory.',
    };
  }
  if (radiusHosts === 0)
    return { name, tone: 'bad', state: 'Not running', detail: 'No report within ten seconds.' };
  const p95 = traffic?.loginP95Us;
  const speed =
    p95 === undefined
      ? 'No logins in the last minute.'
      : `95 of 100 logins answered within ${formatSpan(p95)}.`;
  return {
    name,
    tone: 'ok',
    state: radiusHosts === 1 ? 'Answering' : `Answering on ${formatCount(radiusHosts)} hosts`,
    detail: speed,
  };
}

function database({ database: { isUp, answerMs } }: SystemStatus): PartRow {
  const name = 'Database';
  if (!isUp)
    return { name, tone: 'bad', state: 'No answer', detail: 'Accounting is answered again once it is back.' };
  const time = answerMs === undefined || answerMs < 1 ? 'under 1 ms' : `${Math.round(answerMs)} ms`;
  return { name, tone: 'ok', state: 'Answering', detail: `Answers in ${time}.` };
}

function worker({ workerHosts, database }: SystemStatus): PartRow {
  const name = 'Worker';
  if (workerHosts === undefined)
    return {
      name,
      tone: '',
      state: 'Unknown',
      detail: database.isUp ? AWAITED : 'It reports through the database.',
    };
  if (workerHosts === 0) {
    return { name, tone: 'warn', state: 'Not running', detail: 'Changes do not reach live sessions.' };
  }
  return { name, tone: 'ok', state: 'Running', detail: 'Delivers changes to live sessions and runs jobs.' };
}
