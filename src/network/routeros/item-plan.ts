import type { RouterCommand, RouterRow } from '../router.port.ts';
import { type DesiredItem, MARK } from './desired-items.ts';
import { readPair } from './simple-queue.ts';

/** What brings one item to what it should be. */
export type ItemPlan =
  | { readonly plan: 'right' }
  | { readonly plan: 'change'; readonly commands: readonly RouterCommand[] }
  /** Something of the same name is there that was not made here. */
  | { readonly plan: 'clash'; readonly words: string };

/** Values the router does not show: asterisks, or left out. */
const HIDDEN = /^\**$/;

/**
 * Compares an item with what the router shows under its key or its comment. `isPasswordKnown`: the password there is
 * the present one although it is not shown. Every command may be repeated: the item is looked up anew each time.
 */
export function planItem(item: DesiredItem, rows: readonly RouterRow[], isPasswordKnown: boolean): ItemPlan {
  const mine = rows.filter((row) => isOurs(item, row));
  const clash = rows.find((row) => !isOurs(item, row) && hasKey(item, row) && row.dynamic !== 'true');
  const [own, ...doubles] = mine;
  const removals = (item.isShared ? [] : item.values === undefined ? mine : doubles).map((row) => ({
    path: `${item.menu}/remove`,
    attributes: { '.id': row['.id'] ?? '' },
  }));
  if (item.values === undefined) {
    return removals.length === 0 ? { plan: 'right' } : { plan: 'change', commands: removals };
  }
  // An address that somebody else put on the list is on the list.
  if (clash !== undefined && own === undefined && item.menu === '/ip/firewall/address-list')
    return { plan: 'right' };
  if (clash !== undefined) {
    const name = Object.values(item.key).join(' ');
    return {
      plan: 'clash',
      words: `'${name}' is on the router in ${item.menu} and was not made here: rename or remove it there, or adopt it.`,
    };
  }
  if (own === undefined) {
    const given = Object.fromEntries(Object.entries(item.values).filter(([, value]) => value !== ''));
    const attributes = { ...written(given), comment: item.comment };
    return { plan: 'change', commands: [{ path: `${item.menu}/add`, attributes }, ...removals] };
  }
  const differences = Object.entries(item.values).filter(
    ([name, value]) => !isSame(name, own[name], value, isPasswordKnown),
  );
  if (differences.length === 0 && removals.length === 0) return { plan: 'right' };
  const set = {
    path: `${item.menu}/set`,
    attributes: { '.id': own['.id'] ?? '', ...written(Object.fromEntries(differences)) },
  };
  return { plan: 'change', commands: [...removals, ...(differences.length === 0 ? [] : [set])] };
}

/** How the rows of an item are asked for: by its comment, and by its key. */
export function itemQueries(item: DesiredItem): readonly string[] {
  const [first, ...others] = Object.entries(item.key).map(([name, value]) => `${name}=${value}`);
  const key = [first ?? '', ...others.flatMap((query) => [query, '#&'])];
  // A shared item bears the comment of many; its name alone is its own.
  return item.isShared ? key : [...key, `comment=${item.comment}`, '#|'];
}

function isOurs(item: DesiredItem, row: RouterRow): boolean {
  if (item.isShared) return hasKey(item, row) && (row.comment ?? '').startsWith(MARK);
  return row.comment === item.comment;
}

function hasKey(item: DesiredItem, row: RouterRow): boolean {
  return Object.entries(item.key).every(([name, value]) => row[name] === value);
}

function isSame(name: string, shown: string | undefined, wanted: string, isPasswordKnown: boolean): boolean {
  if (name === 'password' && (shown === undefined || HIDDEN.test(shown))) return isPasswordKnown;
  if ((shown ?? '') === wanted) return true;
  const [one, other] = [readPair(shown ?? ''), readPair(wanted)];
  if (one === undefined || other === undefined) return false;
  return one.uploadBps === other.uploadBps && one.downloadBps === other.downloadBps;
}

/** Booleans are printed `true` and written `yes`; an address is cleared by `!remote-address`. */
function written(values: Readonly<Record<string, string>>): Record<string, string> {
  const words: Readonly<Record<string, string>> = { true: 'yes', false: 'no' };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (name === 'disabled') return [name, words[value] ?? value];
      return name === 'remote-address' && value === '' ? [`!${name}`, ''] : [name, value];
    }),
  );
}
