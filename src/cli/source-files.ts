import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '../kernel/errors.ts';
import { fileSource, type ImportSource } from '../network/import/import-source.ts';

const IMPORTABLE = /\.(csv|tsv|txt|sql|rsc)$/i;

/** The file, or of a directory every file that can be imported, in the order of their names. Throws `file_not_found`. */
export async function sourceFiles(path: string, signal: AbortSignal): Promise<ImportSource[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [sourceOf(path, signal)];
    const names = (await readdir(path)).filter((name) => IMPORTABLE.test(name)).sort();
    if (names.length > 0) return names.map((name) => sourceOf(join(path, name), signal));
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const message = `In '${path}' there is no file that ends in csv, tsv, txt, sql or rsc.`;
  throw new AppError('not_found', 'file_not_found', message);
}

function sourceOf(path: string, signal: AbortSignal): ImportSource {
  return fileSource(path, () => octetsOf(path, signal));
}

/** The file piece by piece, until it ends or Ctrl-C is pressed. */
async function* octetsOf(path: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      yield chunk;
      if (signal.aborted) return;
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT')
    return new AppError('not_found', 'file_not_found', `There is no file '${path}'.`, { cause });
  if (cause instanceof AppError || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return cause;
  return new AppError('invalid', 'file_unreadable', `'${path}' cannot be read: ${messageOf(cause)}.`, {
    cause,
  });
}
