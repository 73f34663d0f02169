import type { SystemStatus } from '../../../reports/system-status.ts';
import { formatRate } from '../format.ts';
import { BarChart } from '../parts/bar-chart.tsx';

/** Logins of the last ten minutes, accepted and refused: the pulse of an access network. */
export function LoginsCard({ status: { traffic } }: { readonly status: SystemStatus }) {
  if (traffic === undefined) return <div hidden data-live="logins" />;
  const bars = traffic.acceptSeries.map((accepts, index) => {
    const rejects = traffic.rejectSeries[index];
    return accepts === undefined || rejects === undefined ? undefined : { lower: accepts, upper: rejects };
  });
  const most = Math.max(...bars.map((bar) => (bar === undefined ? 0 : bar.lower + bar.upper)));
  return (
    <section class="card" data-live="logins">
      <header>
        <h2>Logins</h2>
        <p>per second, last 10 minutes</p>
        <p class="legend">
          <span class="key lower" /> accepted <span class="key upper" /> refused
        </p>
      </header>
      <BarChart
        bars={bars}
        ticks={['10 min ago', '5 min', 'now']}
        label={`Logins per second over the last ten minutes, at most ${formatRate(most)}`}
      />
    </section>
  );
}
