import { formatRate } from '../format.ts';

/** Bars of two parts, one on the other; the newest last. Undefined: nothing is known, nothing is drawn. */
export interface Bar {
  readonly lower: number;
  readonly upper: number;
}

const BAR = 10;
const GAP = 2;
const HEIGHT = 100;

/** A chart of bars from 0 up, with its scale at the side and `ticks` below. `label` says it all in a sentence. */
export function BarChart(props: {
  readonly bars: readonly (Bar | undefined)[];
  readonly ticks: readonly string[];
  readonly label: string;
}) {
  const { bars, ticks, label } = props;
  const top = niceTop(Math.max(...bars.map((bar) => (bar === undefined ? 0 : bar.lower + bar.upper))));
  const height = (rate: number): number => Math.round((rate / top) * HEIGHT * 10) / 10;
  return (
    <div class="chart">
      <div class="scale" aria-hidden="true">
        {[top, top / 2, 0].map((rate) => (
          <span>{formatRate(rate)}</span>
        ))}
      </div>
      <svg
        viewBox={`0 0 ${bars.length * BAR} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {[0, 50, 100].map((y) => (
          <path class="grid" d={`M0 ${y}H${bars.length * BAR}`} />
        ))}
        {bars.map((bar, index) => {
          if (bar === undefined) return null;
          const [lower, upper] = [height(bar.lower), height(bar.upper)];
          const x = index * BAR + GAP / 2;
          return (
            <>
              <rect class="lower" x={x} y={HEIGHT - lower} width={BAR - GAP} height={lower} />
              <rect class="upper" x={x} y={HEIGHT - lower - upper} width={BAR - GAP} height={upper} />
            </>
          );
        })}
      </svg>
      <div class="ticks" aria-hidden="true">
        {ticks.map((tick) => (
          <span>{tick}</span>
        ))}
      </div>
    </div>
  );
}

/** The next of 1, 2, 5, 10, 20, 50 ... above a value; 1 for nothing at all. */
function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= value) ?? value;
}
