const WIDTH = 120;
const HEIGHT = 36;

/** The course of a rate over time without axes; gaps where nothing is known. Nothing at all below two points. */
export function Sparkline({
  rates,
  label,
}: {
  readonly rates: readonly (number | undefined)[];
  readonly label: string;
}) {
  const runs = runsOf(rates);
  if (runs.length === 0) return null;
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {runs.map((run) => (
        <>
          <path class="area" d={`${lineOf(run)}L${run.at(-1)?.x} ${HEIGHT}L${run[0]?.x} ${HEIGHT}Z`} />
          <path class="line" d={lineOf(run)} />
        </>
      ))}
    </svg>
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Stretches of at least two known points, from 0 at the bottom to the greatest rate at the top. */
function runsOf(rates: readonly (number | undefined)[]): Point[][] {
  const most = Math.max(...rates.map((rate) => rate ?? 0), Number.EPSILON);
  const runs: Point[][] = [[]];
  for (const [index, rate] of rates.entries()) {
    if (rate === undefined) runs.push([]);
    else {
      const x = Math.round((index / Math.max(rates.length - 1, 1)) * WIDTH * 10) / 10;
      runs.at(-1)?.push({ x, y: Math.round((HEIGHT - 1 - (rate / most) * (HEIGHT - 3)) * 10) / 10 });
    }
  }
  return runs.filter((run) => run.length >= 2);
}

function lineOf(run: readonly Point[]): string {
  return run.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');
}
