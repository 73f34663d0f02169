/** Milliseconds as a bare number: `0.42`, `123`. */
export function ms(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

/** Microseconds as a bare number; a dash where the system does not tell. */
export function us(value: number | null): string {
  return value === null ? '-' : value.toFixed(0);
}

/** `190 MB`, of 2^20 octets. */
export function mb(value: number): string {
  return `${value.toFixed(0)} MB`;
}

/** Milliseconds as `2.2 s`. */
export function seconds(valueMs: number): string {
  return `${(valueMs / 1000).toFixed(1)} s`;
}
