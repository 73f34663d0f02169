import type { RouterRow } from '../router.port.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * The instant `/system/clock` shows, in ms since the epoch: `2026-11-25` since 7.10, `nov/25/2026` before, local time
 * with its offset `+02:00`. Undefined when it cannot be read.
 */
export function routerTimeMs(row: RouterRow): number | undefined {
  const date = isoDate(row.date ?? '');
  const time = /^\d{2}:\d{2}:\d{2}$/.exec(row.time ?? '')?.[0];
  const offset = /^([+-])(\d{2}):(\d{2})$/.exec(row['gmt-offset'] ?? '+00:00');
  if (date === undefined || time === undefined || offset === null) return undefined;
  const offsetMs = (Number(offset[2]) * 60 + Number(offset[3])) * 60_000 * (offset[1] === '-' ? -1 : 1);
  const localMs = Date.parse(`${date}T${time}Z`);
  return Number.isNaN(localMs) ? undefined : localMs - offsetMs;
}

function isoDate(text: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const old = /^([a-z]{3})\/(\d{2})\/(\d{4})$/i.exec(text);
  const month = MONTHS.indexOf((old?.[1] ?? '').toLowerCase()) + 1;
  return old === null || month === 0 ? undefined : `${old[3]}-${String(month).padStart(2, '0')}-${old[2]}`;
}
