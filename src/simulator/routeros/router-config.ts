import { ConfigMenu } from './config-menu.ts';
import { menuSpecs } from './menu-spec.ts';

/** What is configured on a simulated router: it outlives reboots, as on a real one. */
export class RouterConfig {
  readonly #menus = new Map<string, ConfigMenu>();

  /** A router fresh from the box, but for its identity and its API users. */
  constructor(identity: string) {
    for (const [path, spec] of Object.entries(menuSpecs)) {
      this.#menus.set(path, new ConfigMenu(spec, (menu, name) => this.#lookUp(menu, name)));
    }
    this.menu('/system/identity').set(undefined, { name: identity });
    for (const name of ['default', 'default-encryption']) {
      this.menu('/ppp/profile').add({ name, default: 'true' });
    }
    for (const [name, policy] of Object.entries(groups)) this.menu('/user/group').add({ name, policy });
    this.menu('/user').add({ name: 'admin', password: '', group: 'full' });
  }

  /** A configuration menu by its path; a path that is none is a mistake of the caller. */
  menu(path: string): ConfigMenu {
    const menu = this.#menus.get(path);
    if (menu === undefined) throw new RangeError(`The simulated router has no menu ${path}.`);
    return menu;
  }

  has(path: string): boolean {
    return this.#menus.has(path);
  }

  /** After a reboot ids mean other items. */
  renumber(): void {
    for (const menu of this.#menus.values()) menu.renumber();
  }

  /** Names may be cut short where that leaves one only. */
  #lookUp(path: string, name: string): 'found' | 'missing' | 'ambiguous' {
    const names = this.menu(path)
      .rows()
      .map((row) => row.name ?? '');
    if (names.includes(name)) return 'found';
    const begun = names.filter((one) => one.startsWith(name)).length;
    return begun === 0 ? 'missing' : begun === 1 ? 'found' : 'ambiguous';
  }
}

const groups = {
  full: 'local,telnet,ssh,ftp,reboot,read,write,policy,test,winbox,password,web,sniff,sensitive,api,romon,rest-api',
  read: 'local,telnet,ssh,reboot,read,test,winbox,password,web,sniff,sensitive,api,romon,rest-api',
  'isp-billing': 'api,read,write,test',
};
