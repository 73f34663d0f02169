import type { OldServer } from './old-server.port.ts';

/** How a NAS that is not live is served; `accounting_only` may have no old server to copy accounting to. */
export type Shadow =
  | { readonly mode: 'shadow'; readonly server: OldServer }
  | { readonly mode: 'accounting_only'; readonly server: OldServer | null };
