/** A column of a table; numbers stand on the right. */
export interface Column {
  readonly title: string;
  readonly isRight?: boolean;
}

const gap = '  ';

/** Rows under their titles, aligned; a cell is shown as given, an empty one as `-`. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map((cell) => (cell === '' ? '-' : printable(cell))));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...shown.map((row) => width(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.isRight ?? false))
      .join(gap)
      .trimEnd();
  return [line(columns.map((column) => column.title.toUpperCase())), ...shown.map(line)].join('\n');
}

/** Names and their values, one pair a line, values below each other. */
export function pairs(entries: readonly (readonly [string, string])[]): string {
  const widest = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(widest)}${gap}${printable(value)}`).join('\n');
}

/** Text from the network without what could steer a terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD');
}

function pad(cell: string, size: number, isRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, size - width(cell)));
  return isRight ? blanks + cell : cell + blanks;
}

/** Characters, not UTF-16 units. */
function width(text: string): number {
  return [...text].length;
}
