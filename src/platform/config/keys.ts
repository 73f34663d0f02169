import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { parseAppKey } from './app-key.ts';

/** The parts of the product that can run alone; one process each. */
export const roles = ['radius', 'http', 'worker'] as const;
export type Role = (typeof roles)[number];

/** One setting of the process: its environment variable, its sentence for the operator, its parser. */
export interface ConfigKey<Schema extends z.ZodType<unknown, string>, Default extends string | undefined> {
  readonly env: string;
  readonly doc: string;
  /** Completes "it must be ..." in the sentence that stops a start. */
  readonly allowed: string;
  readonly schema: Schema;
  /** As it would be written in the environment; undefined when absence has a meaning of its own. */
  readonly default: Default;
  readonly example: string;
  /** A secret is never printed: not in errors, not in documentation of a running system. */
  readonly isSecret: boolean;
}

function key<Schema extends z.ZodType<unknown, string>, const Default extends string | undefined>(
  definition: Omit<ConfigKey<Schema, Default>, 'isSecret'> & { isSecret?: boolean },
): ConfigKey<Schema, Default> {
  return { isSecret: false, ...definition };
}

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65_535);

const postgresUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== '';
});

function commaList(text: string): readonly string[] {
  return [...new Set(text.split(',').map((item) => item.trim()))];
}

const addressList = z
  .string()
  .transform(commaList)
  .refine((list) => list.every((address) => isIP(address) !== 0));

const networkList = z
  .string()
  .transform(commaList)
  .refine((list) => list.every(isNetwork));

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32));
}

const roleList = z
  .string()
  .transform(commaList)
  .pipe(z.array(z.enum(roles)).readonly());

/** Every setting of the process, once. `.env.example` and docs/configuration.md are made from this record. */
export const configKeys = {
  databaseUrl: key({
    env: 'DATABASE_URL',
    doc: 'An outside PostgreSQL 15 or newer. When it is absent an embedded PostgreSQL 18 is started and kept in DATA_DIR.',
    allowed: 'a URL such as postgres://user:password@host:5432/database',
    schema: postgresUrl,
    default: undefined,
    example: 'postgres://netflow:change-me@127.0.0.1:5432/netflow',
    isSecret: true,
  }),
  dataDir: key({
    env: 'DATA_DIR',
    doc: 'Directory of the embedded database, the generated app.key and other files of this installation. `npm run demo` uses ./data/demo when it is absent.',
    allowed: 'the path of a directory',
    schema: z.string().transform((path) => resolve(path)),
    default: './data',
    example: '/var/lib/netflow-isp',
  }),
  appKey: key({
    env: 'APP_KEY',
    doc: 'Key of 32 octets that encrypts secrets in the database. When it is absent one is generated into DATA_DIR/app.key (mode 0600). All hosts on one database need the same key; losing it loses every stored secret.',
    allowed: '32 octets as 64 hexadecimal digits or as base64 (make one with: openssl rand -hex 32)',
    schema: z.string().transform(parseAppKey).pipe(z.instanceof(Uint8Array)),
    default: undefined,
    example: '64 hexadecimal digits from: openssl rand -hex 32',
    isSecret: true,
  }),
  roles: key({
    env: 'ROLES',
    doc: 'Which parts this host runs, each in a process of its own: radius answers routers, http serves the API and screens, worker runs jobs and delivers events. Put them on several hosts by giving each its roles and the same DATABASE_URL.',
    allowed: 'a comma-separated list of radius, http and worker',
    schema: roleList,
    default: 'radius,http,worker',
    example: 'radius',
  }),
  httpHost: key({
    env: 'HTTP_HOST',
    doc: 'Address the web server listens on. The default is every IPv4 address of the host, so that operators and customers can reach it; it speaks plain HTTP by itself, so across the Internet set HTTP_TLS_CERT and HTTP_TLS_KEY, or set 127.0.0.1 and put a TLS proxy in front.',
    allowed: 'an IPv4 or IPv6 address',
    schema: z.string().refine((address) => isIP(address) !== 0),
    default: '0.0.0.0',
    example: '127.0.0.1',
  }),
  httpPort: key({
    env: 'HTTP_PORT',
    doc: 'TCP port of the web server.',
    allowed: 'a whole number from 1 to 65535',
    schema: port,
    default: '8080',
    example: '8081',
  }),
  adminEmail: key({
    env: 'ADMIN_EMAIL',
    doc: 'E-mail address of the first administrator, created at a start that finds none. Without it `npm start` prints a one-time set-up token instead. Goes with ADMIN_PASSWORD.',
    allowed: 'an e-mail address',
    schema: z
      .string()
      .regex(/^[^\s@]+@[^\s@]+$/)
      .max(254),
    default: undefined,
    example: 'ops@isp.example',
  }),
  adminPassword: key({
    env: 'ADMIN_PASSWORD',
    doc: 'Password of that first administrator; it changes nothing once there is one. Take it out of the environment afterwards.',
    allowed: '8 to 72 characters, set together with ADMIN_EMAIL',
    schema: z
      .string()
      .min(8)
      .refine((password) => Buffer.byteLength(password) <= 72),
    default: undefined,
    example: 'a long sentence of your own',
    isSecret: true,
  }),
  httpTlsCert: key({
    env: 'HTTP_TLS_CERT',
    doc: 'Certificate of the web server with its chain, PEM; with it HTTP_PORT speaks HTTPS. Read again when the file changes; open connections go on.',
    allowed: 'the path of a file, together with HTTP_TLS_KEY',
    schema: z.string().transform((path) => resolve(path)),
    default: undefined,
    example: '/etc/letsencrypt/live/isp.example.net/fullchain.pem',
  }),
  httpTlsKey: key({
    env: 'HTTP_TLS_KEY',
    doc: 'Private key of HTTP_TLS_CERT, PEM. Read again when the file changes.',
    allowed: 'the path of a file, together with HTTP_TLS_CERT',
    schema: z.string().transform((path) => resolve(path)),
    default: undefined,
    example: '/etc/letsencrypt/live/isp.example.net/privkey.pem',
  }),
  trustedProxies: key({
    env: 'TRUSTED_PROXIES',
    doc: 'Proxies in front of the web server. Only from them X-Forwarded-For (who asks: audit, limits) and X-Forwarded-Proto (whether it was HTTPS) are believed. When it is absent nobody is believed.',
    allowed: 'a comma-separated list of addresses and CIDRs',
    schema: networkList,
    default: undefined,
    example: '127.0.0.1,10.0.0.0/24',
  }),
  radiusHosts: key({
    env: 'RADIUS_HOST',
    doc: 'Addresses the RADIUS server listens on. The default is every IPv4 and IPv6 address of the host; :: is left out where the host has no IPv6.',
    allowed: 'a comma-separated list of IPv4 and IPv6 addresses',
    schema: addressList,
    default: '0.0.0.0,::',
    example: '10.0.0.5,fd00::5',
  }),
  radiusAuthPort: key({
    env: 'RADIUS_AUTH_PORT',
    doc: 'UDP port for authentication.',
    allowed: 'a whole number from 1 to 65535',
    schema: port,
    default: '1812',
    example: '1645',
  }),
  radiusAcctPort: key({
    env: 'RADIUS_ACCT_PORT',
    doc: 'UDP port for accounting.',
    allowed: 'a whole number from 1 to 65535, other than RADIUS_AUTH_PORT',
    schema: port,
    default: '1813',
    example: '1646',
  }),
  mikrotikApiHost: key({
    env: 'MIKROTIK_API_HOST',
    doc: 'Address or name of the API of the first router: it is made when there is no router yet, and ignored afterwards. Needs MIKROTIK_API_USER and MIKROTIK_API_PASSWORD.',
    allowed: 'an IP address or a host name',
    schema: z.string().regex(/^[a-z0-9:][a-z0-9.:-]*$/i),
    default: undefined,
    example: '192.168.88.1',
  }),
  mikrotikApiPort: key({
    env: 'MIKROTIK_API_PORT',
    doc: 'TCP port of that API: 8728 is plain, 8729 is TLS (api-ssl).',
    allowed: 'a whole number from 1 to 65535',
    schema: port,
    default: '8728',
    example: '8729',
  }),
  mikrotikApiUser: key({
    env: 'MIKROTIK_API_USER',
    doc: 'Who logs in to that API; see docs/mikrotik-setup.md for a user that may do just what is needed.',
    allowed: 'a user name of the router',
    schema: z.string().max(64),
    default: undefined,
    example: 'isp-billing',
  }),
  mikrotikApiPassword: key({
    env: 'MIKROTIK_API_PASSWORD',
    doc: 'The password of that user.',
    allowed: 'a text of at most 256 characters',
    schema: z.string().max(256),
    default: undefined,
    example: 'a long random password',
    isSecret: true,
  }),
  logLevel: key({
    env: 'LOG_LEVEL',
    doc: 'The least important line that is logged: debug is one per packet, info one per change of state.',
    allowed: 'debug, info, warn or error',
    schema: z.enum(['debug', 'info', 'warn', 'error']),
    default: 'info',
    example: 'debug',
  }),
  logFormat: key({
    env: 'LOG_FORMAT',
    doc: 'Form of the log on stderr: json is one object per line, pretty is for reading, auto is pretty on a terminal and json elsewhere.',
    allowed: 'auto, json or pretty',
    schema: z.enum(['auto', 'json', 'pretty']),
    default: 'auto',
    example: 'json',
  }),
  testClock: key({
    env: 'ISP_TEST_CLOCK',
    doc: 'For rehearsals and tests only: 1 lets the API freeze and move the business clock kept in the database (billing, expiry, usage times).',
    allowed: '0 or 1',
    schema: z.enum(['0', '1']).transform((flag) => flag === '1'),
    default: '0',
    example: '1',
  }),
} as const;

/** The names of all settings in code, in the order of the documentation. */
export type ConfigName = keyof typeof configKeys;
