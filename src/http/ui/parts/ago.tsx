import { formatAgo, formatInstant, isoInstant } from '../format.ts';

/** How long ago an instant was, with the exact time on hovering; a word where it never was. */
export function Ago(props: {
  readonly atMs: number | undefined;
  readonly nowMs: number;
  readonly timeZone: string;
}) {
  const { atMs, nowMs, timeZone } = props;
  if (atMs === undefined) return <span class="never">never</span>;
  return (
    <time datetime={isoInstant(atMs)} title={formatInstant(atMs, timeZone)}>
      {formatAgo(atMs, nowMs)}
    </time>
  );
}
