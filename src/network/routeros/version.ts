/** A version of RouterOS such as `7.18.2 (stable)` or `6.49.17 (long-term)`; undefined when it is none. */
export function parseVersion(text: string): { readonly major: number; readonly minor: number } | undefined {
  const match = /^(\d+)\.(\d+)/.exec(text.trim());
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether a version is at least `major.minor`; false when it cannot be read. */
export function isAtLeast(text: string, major: number, minor: number): boolean {
  const version = parseVersion(text);
  if (version === undefined) return false;
  return version.major > major || (version.major === major && version.minor >= minor);
}
