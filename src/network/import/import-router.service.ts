import type { NasId } from '../../kernel/ids.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { ROUTER_MENUS } from '../../subscribers/import/formats/routeros.ts';
import { accessOfNas } from '../connection/mikrotik-connection.service.ts';
import { readNas } from '../nas/nas-reading.service.ts';
import type { RouterRow } from '../router.port.ts';
import { MARK } from '../routeros/desired-items.ts';
import type { EndedRun } from './import-run.service.ts';
import type { SecretImportDeps } from './import-secrets.service.ts';
import { importSources } from './import-sources.service.ts';

/** What of a router can be taken over. */
export const ROUTER_PARTS = ['profiles', 'secrets', 'queues'] as const;
export type RouterPart = (typeof ROUTER_PARTS)[number];

const MENU_OF: Readonly<Record<string, RouterPart | 'always'>> = {
  '/ppp/profile': 'profiles',
  '/ppp/secret': 'secrets',
  '/ip/pool': 'always',
  '/queue/simple': 'queues',
};

/** Lists of one router; each takes a second to read at most. */
const deadlineMs = 60_000;

/**
 * Makes packages of the PPP profiles of a router, and services of its secrets and of its queues for single addresses.
 * The router is only read, whole or not at all. Throws `nas_not_found`, `routeros_not_configured` or the RouterError
 * of a router that cannot be read.
 */
export async function importRouter(
  deps: SecretImportDeps,
  order: {
    readonly nasId: NasId;
    readonly parts: readonly RouterPart[];
    readonly isDryRun: boolean;
    readonly actor: Actor;
  },
): Promise<EndedRun> {
  const { name } = await readNas(deps.db, order.nasId);
  const access = await accessOfNas(deps, order.nasId);
  const menus = await deps.router.on(access, async (run) => {
    const read: (readonly [string, readonly RouterRow[]])[] = [];
    for (const menu of ROUTER_MENUS)
      read.push([menu, (await run({ path: `${menu}/print`, deadlineMs })).rows]);
    return read;
  });
  // Secrets are on profiles, which come along.
  const isWanted = (menu: string) => {
    const part = MENU_OF[menu];
    if (part === 'always' || part === undefined) return true;
    return order.parts.includes(part) || (part === 'profiles' && order.parts.includes('secrets'));
  };
  const items = menus
    .filter(([menu]) => isWanted(menu))
    .flatMap(([table, rows]) => rows.map((values, at) => ({ table, line: at + 1, values })));
  const source = { name, rows: () => once(items) };
  return importSources(deps, { ...order, format: 'routeros', sources: [source], ownMark: MARK });
}

async function* once<T>(items: readonly T[]): AsyncIterable<readonly T[]> {
  yield items;
}
