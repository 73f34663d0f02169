import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import { AppError, messageOf } from '../kernel/errors.ts';
import type { Logger } from '../platform/logger.port.ts';

/** Where certificate (with its chain) and private key lie, PEM. */
export interface TlsFiles {
  readonly certPath: string;
  readonly keyPath: string;
}

const LOOK_EVERY_MS = 2_000;

/** Reads certificate and key; throws `tls_files_unusable` when they cannot be read or do not belong together. */
export function readTlsFiles({ certPath, keyPath }: TlsFiles): { cert: Buffer; key: Buffer } {
  try {
    const pair = { cert: readFileSync(certPath), key: readFileSync(keyPath) };
    createSecureContext(pair);
    return pair;
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'tls_files_unusable',
      `The certificate ${certPath} and the key ${keyPath} cannot be used (${messageOf(cause)}): check HTTP_TLS_CERT and HTTP_TLS_KEY.`,
      { cause },
    );
  }
}

/**
 * Takes a renewed certificate for new connections, while those that are open go on. Files that do not belong together
 * (one of two is written yet) leave the old ones in use. Returns how to stop.
 */
export function followTlsFiles(server: Server, files: TlsFiles, logger: Logger): () => void {
  const reload = (): void => {
    try {
      server.setSecureContext(readTlsFiles(files));
      logger.info({ event: 'http.certificate_renewed', path: files.certPath });
    } catch (error) {
      logger.warn({ event: 'http.certificate_kept', err: error }, 'The old certificate stays in use.');
    }
  };
  const paths = [files.certPath, files.keyPath];
  for (const path of paths) watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, reload);
  return () => {
    for (const path of paths) unwatchFile(path, reload);
  };
}
