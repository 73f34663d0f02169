import type { SystemStatus } from '../../../reports/system-status.ts';
import { formatClock, formatCount, isoInstant } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import type { TroubleWords } from '../trouble-words.ts';

/** How things stand, in one sentence. */
export interface Verdict {
  readonly tone: 'ok' | 'warn' | 'bad';
  readonly title: string;
  readonly detail: string;
}

/** The sentence at the top of the page. */
export function verdictOf(status: SystemStatus, troubles: readonly TroubleWords[]): Verdict {
  const { stored, radiusHosts } = status;
  const worst = troubles.find(({ isBad }) => isBad);
  const more = troubles.length - 1;
  if (worst !== undefined) {
    const others = more > 0 ? ` ${formatCount(more)} more below.` : '';
    return { tone: 'bad', title: worst.title, detail: `${worst.detail}${others}` };
  }
  if (troubles.length > 0) {
    const title =
      troubles.length === 1 ? 'One thing needs you' : `${formatCount(troubles.length)} things need you`;
    return { tone: 'warn', title, detail: 'Everything else runs.' };
  }
  if (stored !== undefined && !isSetUp(status)) {
    return {
      tone: 'ok',
      title: 'Ready for your first router',
      detail: 'Everything runs. A few lines, and subscribers can log in.',
    };
  }
  const hosts = radiusHosts === undefined || radiusHosts < 2 ? '' : ` on ${formatCount(radiusHosts)} hosts`;
  return { tone: 'ok', title: 'Everything runs', detail: `RADIUS answers${hosts}, and accounting is kept.` };
}

/** Whether a first subscriber has been seen from login to accounting. */
export function isSetUp({ stored }: SystemStatus): boolean {
  return stored === undefined || Object.values(stored.setup).every(Boolean);
}

/** The verdict with its sign. */
export function Headline({ verdict }: { readonly verdict: Verdict }) {
  return (
    <div class={`headline ${verdict.tone}`} data-live="headline">
      <span class="mark">
        <Icon name={verdict.tone === 'ok' ? 'check' : verdict.tone === 'warn' ? 'alert' : 'cross'} />
      </span>
      <div>
        <h1>{verdict.title}</h1>
        <p>{verdict.detail}</p>
      </div>
    </div>
  );
}

/** When the numbers are from. */
export function LiveClock({
  status,
  timeZone,
}: {
  readonly status: SystemStatus;
  readonly timeZone: string;
}) {
  return (
    <p class="live ok" data-live="clock">
      <span class="dot" />
      <span data-word="">Live</span>
      <time datetime={isoInstant(status.atMs)}>{formatClock(status.atMs, timeZone)}</time>
    </p>
  );
}
