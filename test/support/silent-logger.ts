import type { LogFields, Logger } from '../../src/platform/logger.port.ts';

const nothing = (): void => undefined;

/** A logger nobody reads. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A logger that remembers its lines. */
export function rememberingLogger(): Logger & { readonly lines: (LogFields & { level: string })[] } {
  const lines: (LogFields & { level: string })[] = [];
  const keep =
    (level: string) =>
    (fields: LogFields): void => {
      lines.push({ ...fields, level });
    };
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
