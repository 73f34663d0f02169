import type { RouterAccess, RouterPort } from '../router.port.ts';
import { openConnection } from './connection.adapter.ts';
import { KeptConnection, type RouterOsOptions } from './kept-connection.adapter.ts';

/** The RouterOS driver: one connection for each router, made when it is needed and kept while it is used. */
export function openRouterOs(options: RouterOsOptions): RouterPort {
  const kept = new Map<string, KeptConnection>();

  const connectionTo = (access: RouterAccess): KeptConnection => {
    const known = kept.get(access.routerId);
    if (known?.isFor(access)) return known;
    // Other credentials or another address: what the old ones ran into says nothing about the new ones.
    known?.close();
    const fresh = new KeptConnection(access, options);
    kept.set(access.routerId, fresh);
    return fresh;
  };

  return {
    run: (access, command) => connectionTo(access).run(access, command),
    on: (access, work) => connectionTo(access).on(access, work),
    connect: async (access, onStage) => {
      const { connectTimeoutMs } = options;
      const connection = await openConnection(access, { connectTimeoutMs, onStage });
      if (access.fingerprint === undefined && connection.fingerprint !== undefined) {
        options.learnFingerprint(access, connection.fingerprint);
      }
      return connection;
    },
    close: async () => {
      for (const connection of kept.values()) connection.close();
      kept.clear();
    },
  };
}
