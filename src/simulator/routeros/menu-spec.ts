/** What RouterOS knows about the items of one menu. */
export interface MenuSpec {
  /** Attributes an item may be given. */
  readonly attributes: readonly string[];
  readonly required: readonly string[];
  readonly defaults: Readonly<Record<string, string>>;
  /** The attribute no two items share, and the trap of a second one. */
  readonly unique?: { readonly attributes: readonly string[]; readonly trap: string };
  /** Attributes that name an item of another menu. */
  readonly references?: Readonly<Record<string, string>>;
  /** Shown as asterisks without the policy `sensitive`. */
  readonly sensitive?: readonly string[];
  /** Written `yes` and `no`, printed `true` and `false`. */
  readonly booleans: readonly string[];
  /** One item without id, which is set and never added or removed. */
  readonly isSingle?: boolean;
}

/** The menus that are configuration, by path. What follows from live sessions is in session-rows.ts. */
export const menuSpecs: Readonly<Record<string, MenuSpec>> = {
  '/ppp/secret': {
    attributes: [
      ...['name', 'password', 'service', 'profile', 'caller-id', 'local-address', 'remote-address', 'routes'],
      ...['limit-bytes-in', 'limit-bytes-out', 'comment', 'disabled'],
    ],
    required: ['name'],
    defaults: { password: '', service: 'any', profile: 'default', disabled: 'false' },
    unique: { attributes: ['name'], trap: sameName('secret') },
    references: { profile: '/ppp/profile' },
    sensitive: ['password'],
    booleans: ['disabled'],
  },
  '/ppp/profile': {
    attributes: [
      ...['name', 'local-address', 'remote-address', 'rate-limit', 'address-list', 'session-timeout'],
      ...['idle-timeout', 'only-one', 'dns-server', 'parent-queue', 'comment', 'default'],
    ],
    required: ['name'],
    defaults: { 'only-one': 'default' },
    unique: { attributes: ['name'], trap: sameName('profile') },
    booleans: [],
  },
  '/ppp/aaa': {
    attributes: ['use-radius', 'accounting', 'interim-update'],
    required: [],
    defaults: { 'use-radius': 'true', accounting: 'true', 'interim-update': '5m' },
    booleans: ['use-radius', 'accounting'],
    isSingle: true,
  },
  '/queue/simple': {
    attributes: [
      ...[
        'name',
        'target',
        'max-limit',
        'limit-at',
        'burst-limit',
        'burst-threshold',
        'burst-time',
        'priority',
      ],
      ...['parent', 'queue', 'comment', 'disabled'],
    ],
    required: ['target'],
    defaults: {
      ...{ 'max-limit': '0/0', 'limit-at': '0/0', 'burst-limit': '0/0', 'burst-threshold': '0/0' },
      ...{ 'burst-time': '0s/0s', priority: '8/8', parent: 'none', disabled: 'false', dynamic: 'false' },
    },
    unique: { attributes: ['name'], trap: 'failure: already have such name' },
    booleans: ['disabled'],
  },
  '/ip/firewall/address-list': {
    attributes: ['list', 'address', 'timeout', 'comment', 'disabled'],
    required: ['list', 'address'],
    defaults: { dynamic: 'false', disabled: 'false' },
    unique: { attributes: ['list', 'address'], trap: 'failure: already have such entry' },
    booleans: ['disabled'],
  },
  '/ip/pool': {
    attributes: ['name', 'ranges', 'next-pool', 'comment'],
    required: ['name', 'ranges'],
    defaults: {},
    unique: { attributes: ['name'], trap: 'failure: pool with such name exists' },
    booleans: [],
  },
  '/radius': {
    attributes: [
      ...['service', 'address', 'secret', 'timeout', 'authentication-port', 'accounting-port', 'src-address'],
      ...['require-message-auth', 'comment', 'disabled'],
    ],
    required: [],
    defaults: {
      ...{ timeout: '3s', 'authentication-port': '1812', 'accounting-port': '1813', disabled: 'false' },
      'require-message-auth': 'yes-for-request-resp',
    },
    sensitive: ['secret'],
    booleans: ['disabled'],
  },
  '/radius/incoming': {
    attributes: ['accept', 'port', 'vrf'],
    required: [],
    defaults: { accept: 'true', port: '3799', vrf: 'main' },
    booleans: ['accept'],
    isSingle: true,
  },
  '/system/identity': {
    attributes: ['name'],
    required: [],
    defaults: { name: 'MikroTik' },
    booleans: [],
    isSingle: true,
  },
  '/user': {
    attributes: ['name', 'password', 'group', 'address', 'comment', 'disabled'],
    required: ['name', 'group'],
    defaults: { address: '', disabled: 'false' },
    unique: { attributes: ['name'], trap: sameName('user') },
    references: { group: '/user/group' },
    sensitive: ['password'],
    booleans: ['disabled'],
  },
  '/user/group': {
    attributes: ['name', 'policy', 'comment'],
    required: ['name'],
    defaults: { policy: 'read,write,policy,test,api,sensitive' },
    unique: { attributes: ['name'], trap: sameName('group') },
    booleans: [],
  },
};

function sameName(thing: string): string {
  return `failure: ${thing} with the same name already exists`;
}
