import type { MenuSpec } from './menu-spec.ts';
import type { Row } from './query.ts';

/** A command that RouterOS refuses: the words of the `!trap`. */
export class Trap extends Error {
  override readonly name = 'Trap';
  readonly category: number | undefined;

  constructor(message: string, category?: number) {
    super(message);
    this.category = category;
  }
}

/** How a menu looks up what another one holds. */
export type NameLookup = (path: string, name: string) => 'found' | 'missing' | 'ambiguous';

/** The items of one configuration menu, which outlive a reboot; their ids need not. */
export class ConfigMenu {
  readonly spec: MenuSpec;
  readonly #lookup: NameLookup;
  #items = new Map<string, Record<string, string>>();
  /** The items by what must be theirs alone. */
  #owners = new Map<string, Record<string, string>>();
  #lastId = 0;

  constructor(spec: MenuSpec, lookup: NameLookup) {
    this.spec = spec;
    this.#lookup = lookup;
    if (spec.isSingle) this.#items.set('', { ...spec.defaults });
  }

  /** All items with their ids, as printed to somebody who may see everything. */
  rows(): Row[] {
    return [...this.#items].map(([id, values]) => (id === '' ? { ...values } : { '.id': id, ...values }));
  }

  /** The first item with these values. */
  find(values: Row): Row | undefined {
    return this.rows().find((row) => Object.entries(values).every(([name, value]) => row[name] === value));
  }

  /** Adds an item and returns its id; throws the Trap RouterOS would answer with. */
  add(given: Row): string {
    for (const name of this.spec.required) {
      if (!given[name]) throw new Trap(`failure: ${name} is required`, undefined);
    }
    const values = { ...this.spec.defaults, ...this.#checked(given) };
    if (this.spec.unique?.attributes.includes('name') && values.name === undefined) {
      values.name = `queue${this.#lastId + 1}`;
    }
    this.#refuseSecond(values, undefined);
    this.#lastId += 1;
    const id = `*${this.#lastId.toString(16).toUpperCase()}`;
    this.#items.set(id, values);
    this.#owners.set(this.#ownOf(values), values);
    return id;
  }

  /** Changes items by id (a comma list); a single item has no id. */
  set(ids: string | undefined, given: Row): void {
    const cleared = Object.keys(given).filter((name) => name.startsWith('!'));
    const changes = this.#checked(
      Object.fromEntries(Object.entries(given).filter(([name]) => !cleared.includes(name))),
    );
    for (const item of this.#wanted(ids)) {
      this.#refuseSecond({ ...item, ...changes }, item);
      this.#owners.delete(this.#ownOf(item));
      Object.assign(item, changes);
      for (const name of cleared) delete item[name.slice(1)];
      this.#owners.set(this.#ownOf(item), item);
    }
  }

  remove(ids: string | undefined): void {
    const wanted = this.#wanted(ids);
    if (wanted.some((item) => item.default === 'true'))
      throw new Trap('failure: can not remove default', undefined);
    for (const item of wanted) this.#owners.delete(this.#ownOf(item));
    this.#items = new Map([...this.#items].filter(([, item]) => !wanted.includes(item)));
  }

  /** After a reboot an id may mean another item: here all change hands. */
  renumber(): void {
    if (this.spec.isSingle) return;
    const ids = [...this.#items.keys()].reverse();
    this.#items = new Map([...this.#items.values()].map((item, at) => [ids[at] ?? '', item]));
  }

  #wanted(ids: string | undefined): Record<string, string>[] {
    if (this.spec.isSingle) return [...this.#items.values()];
    return (ids ?? '').split(',').map((id) => {
      const item = this.#items.get(id);
      if (item === undefined) throw new Trap('no such item', 0);
      return item;
    });
  }

  #checked(given: Row): Record<string, string> {
    const values: Record<string, string> = {};
    for (const [name, value] of Object.entries(given)) {
      if (!this.spec.attributes.includes(name)) throw new Trap(`unknown parameter ${name}`, undefined);
      values[name] = this.spec.booleans.includes(name) ? toBoolean(name, value) : value;
      const menu = this.spec.references?.[name];
      if (menu === undefined) continue;
      const found = this.#lookup(menu, value);
      if (found === 'missing') throw new Trap(`input does not match any value of ${name}`, 1);
      if (found === 'ambiguous') {
        throw new Trap(`ambiguous value of ${name}, more than one possible value matches input`, 1);
      }
    }
    return values;
  }

  #refuseSecond(values: Row, self: Row | undefined): void {
    const { unique } = this.spec;
    if (unique === undefined) return;
    const owner = this.#owners.get(this.#ownOf(values));
    if (owner !== undefined && owner !== self) throw new Trap(unique.trap);
  }

  #ownOf(values: Row): string {
    return JSON.stringify(this.spec.unique?.attributes.map((name) => values[name]));
  }
}

function toBoolean(name: string, value: string): string {
  if (value === 'yes' || value === 'true') return 'true';
  if (value === 'no' || value === 'false') return 'false';
  throw new Trap(`invalid value for argument ${name}`, 1);
}
