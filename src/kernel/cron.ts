/** The numbers each of the five fields may hold: minute, hour, day of month, month, day of week (0 and 7 Sunday). */
const FIELDS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

const PART = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/;

/** Whether a text is a schedule of five cron fields: numbers, lists, ranges and steps. */
export function isCronPattern(text: string): boolean {
  const fields = text.split(' ');
  if (fields.length !== FIELDS.length) return false;
  return FIELDS.every((range, index) => (fields[index] ?? '').split(',').every((part) => fits(part, range)));
}

function fits(part: string, [min, max]: readonly [number, number]): boolean {
  const match = PART.exec(part);
  if (match === null) return false;
  const [, first, last, step] = match;
  if (step !== undefined && Number(step) === 0) return false;
  if (first === undefined) return true;
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  return from >= min && to <= max && from <= to;
}
