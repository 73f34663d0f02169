import { Trap } from './config-menu.ts';
import { passes, type Row } from './query.ts';
import type { RouterConfig } from './router-config.ts';
import { type DynamicIds, type LiveRouter, sessionOf, sessionRows } from './session-rows.ts';
import { type Board, systemRow } from './system-rows.ts';
import { uplinkRow } from './uplink.ts';

/** A command as it came, its words taken apart. */
export interface ApiCommand {
  readonly path: string;
  readonly attributes: Row;
  readonly queries: readonly string[];
}

/** What it answers; `isEmpty` is a print that found nothing. */
export interface ApiAnswer {
  readonly rows: readonly Row[];
  readonly ret?: string;
  readonly isEmpty?: boolean;
}

/** What the commands work on. */
export interface ApiWorld {
  readonly config: RouterConfig;
  readonly router: LiveRouter;
  readonly ids: DynamicIds;
  readonly board: Board;
  /** `/ppp/active/remove` is answered `!done` while the session stays. */
  readonly keepsRemovedSessions: () => boolean;
}

const LIVE_MENUS: readonly string[] = [
  '/ppp/active',
  '/interface',
  '/interface/pppoe-server',
  '/interface/wireguard/peers',
];
const READERS: readonly string[] = ['print', 'monitor'];
const HIDDEN = '*****';

/** Carries a command out for a user with these policies; throws the Trap it is refused with. */
export function execute(command: ApiCommand, policies: ReadonlySet<string>, world: ApiWorld): ApiAnswer {
  const at = command.path.lastIndexOf('/');
  const [path, verb] = [command.path.slice(0, at), command.path.slice(at + 1)];
  if (!isMenu(path, world)) throw new Trap(`no such command or directory (${path.split('/')[1] ?? ''})`, 0);
  const needed = READERS.includes(verb) ? 'read' : 'write';
  if (!policies.has(needed)) throw new Trap('not enough permissions (9)');
  if (verb === 'print') return print(path, command, policies, world);
  if (verb === 'monitor') return monitor(path, world.board);
  if (path === '/ppp/active' && verb === 'remove') return endSessions(command, world);
  if (!world.config.has(path)) throw new Trap(`no such command`, 0);
  return change(path, verb, command, world);
}

function isMenu(path: string, { config, router, board }: ApiWorld): boolean {
  return config.has(path) || LIVE_MENUS.includes(path) || systemRow(path, router, board) !== undefined;
}

function print(
  path: string,
  { attributes, queries }: ApiCommand,
  policies: ReadonlySet<string>,
  world: ApiWorld,
): ApiAnswer {
  const found = allRows(path, world).filter((row) => passes(row, queries));
  if (attributes['count-only'] !== undefined) return { rows: [], ret: String(found.length) };
  const spec = world.config.has(path) ? world.config.menu(path).spec : undefined;
  const hidden = policies.has('sensitive') ? [] : (spec?.sensitive ?? []);
  const wanted = attributes['.proplist']?.split(',');
  const rows = found.map((row) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([name]) => wanted === undefined || wanted.includes(name))
        .map(([name, value]) => [name, hidden.includes(name) && value !== '' ? HIDDEN : value]),
    ),
  );
  return { rows, isEmpty: rows.length === 0 };
}

function allRows(path: string, { config, router, ids, board }: ApiWorld): readonly Row[] {
  const system = systemRow(path, router, board);
  if (system !== undefined) return [system];
  const ports = path === '/interface' ? [uplinkRow(router)] : [];
  const peers = path === '/interface/wireguard/peers' ? board.tunnelPeers : [];
  const configured = config.has(path) ? config.menu(path).rows() : [];
  return [...ports, ...peers, ...configured, ...sessionRows(path, router, ids)];
}

function monitor(path: string, { radiusCounters }: Board): ApiAnswer {
  if (path === '/radius') {
    const counters = ['pending', 'requests', 'accepts', 'rejects', 'resends', 'timeouts', 'bad-replies'];
    return { rows: [Object.fromEntries(counters.map((name) => [name, String(radiusCounters[name] ?? 0)]))] };
  }
  if (path === '/radius/incoming') {
    const counters = ['requests', 'bad-requests', 'acks', 'naks'];
    return { rows: [Object.fromEntries(counters.map((name) => [name, '0']))] };
  }
  throw new Trap('no such command', 0);
}

function endSessions({ attributes }: ApiCommand, world: ApiWorld): ApiAnswer {
  for (const id of (attributes['.id'] ?? attributes.numbers ?? '').split(',')) {
    const session = sessionOf(world.router, world.ids, id);
    if (session === undefined) throw new Trap('no such item', 0);
    if (!world.keepsRemovedSessions()) world.router.disconnect(session);
  }
  return { rows: [] };
}

function change(path: string, verb: string, { attributes }: ApiCommand, world: ApiWorld): ApiAnswer {
  const menu = world.config.menu(path);
  const { '.id': id, numbers, ...values } = attributes;
  const ids = id ?? numbers;
  const isDynamic = sessionRows(path, world.router, world.ids).some((row) => row['.id'] === ids);
  if (isDynamic) throw new Trap('failure: can not change dynamic');
  switch (verb) {
    case 'add':
      if (menu.spec.isSingle) break;
      return { rows: [], ret: menu.add(values) };
    case 'set':
      // Without an id a set is answered `!done` and changes nothing.
      if (ids !== undefined || menu.spec.isSingle) menu.set(ids, values);
      return { rows: [] };
    case 'remove':
      if (menu.spec.isSingle) break;
      menu.remove(ids);
      return { rows: [] };
    case 'enable':
    case 'disable':
      menu.set(ids, { disabled: verb === 'disable' ? 'yes' : 'no' });
      return { rows: [] };
  }
  throw new Trap('no such command', 0);
}
