const unitSeconds: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 };

/** Seconds of a time as RouterOS prints it: `1w2d3h4m5s`, `00:05:00`, `5m`; undefined when it is none. */
export function parseDurationS(text: string): number | undefined {
  const clock = /^(\d+):(\d{2}):(\d{2})$/.exec(text);
  if (clock !== null) return Number(clock[1]) * 3_600 + Number(clock[2]) * 60 + Number(clock[3]);
  if (!/^(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/.test(text) || text === '') return undefined;
  let seconds = 0;
  for (const [, digits, unit] of text.replace(/\d+ms$/, '').matchAll(/(\d+)([wdhms])/g)) {
    seconds += Number(digits) * (unitSeconds[unit ?? ''] ?? 0);
  }
  return seconds;
}

/** Whole seconds as RouterOS prints them: 93,784 is `1d2h3m4s`, 0 is `0s`. */
export function formatDurationS(seconds: number): string {
  let left = Math.max(0, Math.floor(seconds));
  let text = '';
  for (const [unit, size] of Object.entries(unitSeconds)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
