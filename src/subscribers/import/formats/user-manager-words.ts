import type { SourceRow } from '../source-row.ts';

/** `Framed-Pool:pool-a,Mikrotik-Rate-Limit:5M/20M` by lower-case name. */
export function attributeWords(text = ''): [string, string][] {
  return text.split(/,(?=[A-Za-z][\w-]*:)/).flatMap((word): [string, string][] => {
    const at = word.indexOf(':');
    return at < 0 ? [] : [[word.slice(0, at).trim().toLowerCase(), word.slice(at + 1).trim()]];
  });
}

/** A validity such as `4w2d`, `30d 00:00:00` or `12h`; undefined for none and for less than an hour. */
export function durationOf(
  text = '',
): { readonly unit: 'hours' | 'days'; readonly count: number } | undefined {
  let hours = 0;
  for (const [, count = '0', unit] of text.matchAll(/(\d+)([wdh])/g)) {
    hours += Number(count) * (unit === 'w' ? 168 : unit === 'd' ? 24 : 1);
  }
  hours += Number(/(\d{1,3}):\d{2}:\d{2}/.exec(text)?.[1] ?? 0);
  if (hours === 0) return undefined;
  return hours % 24 === 0 ? { unit: 'days', count: hours / 24 } : { unit: 'hours', count: hours };
}

/** Rates of a limitation in the order of Mikrotik-Rate-Limit: what the router receives, the upload, comes first. */
export function rateOfLimitation(values: SourceRow['values']): string | undefined {
  const pair = (name: string) => {
    const rx = plain(values[`${name}-rx`]);
    const tx = plain(values[`${name}-tx`]);
    return rx === '0' && tx === '0' ? undefined : `${rx}/${tx}`;
  };
  const rate = pair('rate-limit');
  if (rate === undefined) return undefined;
  const burst = pair('rate-limit-burst');
  if (burst === undefined) return rate;
  const seconds = (name: string) => /\d+/.exec(values[name] ?? '')?.[0] ?? '1';
  const times = `${seconds('rate-limit-burst-time-rx')}/${seconds('rate-limit-burst-time-tx')}`;
  return [rate, burst, pair('rate-limit-burst-threshold') ?? rate, times].join(' ');
}

/** v6 writes bits per second with a B behind. */
function plain(text = '0'): string {
  return text.replace(/B$/i, '') || '0';
}
