/** A RouterOS string: what ends or expands one is escaped. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"$?]/g, '\\$&')}"`;
}
