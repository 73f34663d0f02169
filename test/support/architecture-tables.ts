/**
 * The rooms of src, left to right: a room imports only rooms to its left. Rooms named together are on one level and
 * do not know each other. supervisor, bench and demo are shells like cli; roles puts the parts of one role together.
 */
export const rooms: readonly (readonly string[])[] = [
  ['kernel'],
  ['db'],
  ['platform'],
  ['subscribers'],
  ['usage'],
  ['billing'],
  ['network'],
  ['radius'],
  ['messages'],
  ['reports'],
  ['simulator'],
  ['logging'],
  ['http', 'cli', 'supervisor', 'bench', 'demo'],
  ['roles'],
  ['app'],
  ['main'],
];

/** Folders and files of edges, whose files need no suffix and may do I/O; all others without a suffix are pure. */
export const shells: readonly { readonly place: string; readonly kind: Kind }[] = [
  { place: 'db/', kind: 'db' },
  { place: 'platform/config/', kind: 'config' },
  { place: 'platform/scheduler/', kind: 'scheduler' },
  { place: 'radius/server/', kind: 'server' },
  { place: 'simulator/', kind: 'simulator' },
  { place: 'platform/printing/print-worker.ts', kind: 'shell' },
  { place: 'http/', kind: 'http' },
  { place: 'cli/', kind: 'shell' },
  { place: 'supervisor/', kind: 'shell' },
  { place: 'bench/', kind: 'shell' },
  { place: 'demo/', kind: 'shell' },
  { place: 'roles/', kind: 'shell' },
  { place: 'logging.ts', kind: 'shell' },
  { place: 'app.ts', kind: 'shell' },
  { place: 'main.ts', kind: 'shell' },
];

export type Suffix = 'port' | 'store' | 'service' | 'handler' | 'job' | 'adapter' | 'routes' | 'page';
export type Kind =
  | 'pure'
  | Exclude<Suffix, 'routes' | 'page'>
  | 'db'
  | 'config'
  | 'scheduler'
  | 'server'
  | 'simulator'
  | 'http'
  | 'shell';

/** The kind a suffix gives a file, wherever it lies. */
export const suffixes: Readonly<Record<Suffix, Kind>> = {
  port: 'port',
  store: 'store',
  service: 'service',
  handler: 'handler',
  job: 'job',
  adapter: 'adapter',
  routes: 'http',
  page: 'http',
};

/** What a kind of file may import of ours; `fix` says what to do about anything else. */
export const kinds: Readonly<
  Record<Kind, { readonly mayImport: readonly Kind[] | 'anything'; readonly fix: string }>
> = {
  pure: {
    mayImport: ['pure', 'port'],
    fix: 'Take the value as an argument, or give the file the suffix of what it does.',
  },
  port: { mayImport: ['pure', 'port'], fix: 'A port names what is needed, never who provides it.' },
  store: { mayImport: ['pure', 'port', 'db'], fix: 'Move what joins several stores into a service.' },
  service: {
    mayImport: ['pure', 'port', 'store', 'service', 'db'],
    fix: 'Ask for a port and let the composition root hand in what fulfils it.',
  },
  handler: {
    mayImport: ['pure', 'port', 'service', 'db', 'server'],
    fix: 'Move the work into a service and call that.',
  },
  job: { mayImport: ['pure', 'port', 'service', 'db'], fix: 'Move the work into a service and call that.' },
  adapter: {
    mayImport: ['pure', 'port', 'adapter'],
    fix: 'An adapter fulfils its port with what it is given.',
  },
  db: { mayImport: ['pure', 'port', 'db'], fix: 'The database knows no use case.' },
  config: { mayImport: ['pure', 'config'], fix: 'Configuration is read before anything else exists.' },
  scheduler: {
    mayImport: ['pure', 'port', 'store', 'service', 'db', 'scheduler'],
    fix: 'Jobs register with the scheduler; it does not know them.',
  },
  server: {
    mayImport: ['pure', 'port', 'server'],
    fix: 'Handlers are handed to the server; it does not know them.',
  },
  simulator: {
    mayImport: ['pure', 'port', 'simulator'],
    fix: 'The simulator sees the product over the network only.',
  },
  http: {
    mayImport: ['pure', 'port', 'service', 'http'],
    fix: 'Routes and pages call services, never stores or the database.',
  },
  shell: { mayImport: 'anything', fix: '' },
};

/** A part of src that only the named places may import. */
export const reserved: readonly {
  readonly part: string;
  readonly by: readonly string[];
  readonly fix: string;
}[] = [
  {
    part: 'platform/config/',
    by: ['platform/config/', 'supervisor/', 'roles/', 'cli/', 'bench/', 'demo/', 'app.ts', 'main.ts'],
    fix: 'Take the values it needs as arguments.',
  },
  {
    part: 'logging.ts',
    by: ['supervisor/', 'roles/', 'cli/', 'bench/', 'demo/', 'app.ts', 'main.ts'],
    fix: 'Take a Logger (platform/logger.port.ts).',
  },
  {
    part: 'supervisor/',
    by: ['supervisor/', 'roles/', 'app.ts', 'main.ts'],
    fix: 'Only main starts processes.',
  },
];

/** A place that imports nothing of ours but the named parts. */
export const confined: readonly { readonly place: string; readonly to: readonly string[] }[] = [
  { place: 'kernel/', to: ['kernel/'] },
  { place: 'radius/protocol/', to: ['radius/protocol/', 'kernel/'] },
];

/** Packages of others, each with the only places that may import it; a package that is not here may not be used. */
export const packages: readonly {
  readonly name: string;
  readonly places: readonly RegExp[];
  readonly fix: string;
}[] = [
  { name: 'temporal-polyfill', places: [/./], fix: '' },
  { name: 'zod', places: [/^(?!kernel\/|radius\/protocol\/)/], fix: 'Parse at the edge.' },
  { name: 'drizzle-orm', places: [/^db\//, /\.store\.ts$/], fix: 'SQL lives in db/ and *.store.ts.' },
  { name: 'postgres', places: [/^db\//, /\.store\.ts$/], fix: 'SQL lives in db/ and *.store.ts.' },
  { name: 'hono', places: [/^http\//], fix: 'HTTP lives in http/.' },
  { name: '@hono/node-server', places: [/^http\//], fix: 'HTTP lives in http/.' },
  { name: 'node-routeros', places: [/^network\/routeros\/[^/]+\.adapter\.ts$/], fix: 'Ask the router port.' },
  {
    name: 'radius',
    places: [/^radius\/protocol\/dictionary-parser\.ts$/, /^radius\/protocol\/radius-package\.d\.ts$/],
    fix: 'It reads dictionaries and nothing else (decision record 0005).',
  },
  { name: 'croner', places: [/^platform\/scheduler\//], fix: 'Register a job with the scheduler.' },
  { name: 'pino', places: [/^logging\.ts$/], fix: 'Take a Logger (platform/logger.port.ts).' },
  { name: '@node-rs/bcrypt', places: [/\.adapter\.ts$/], fix: 'Hashing is an adapter behind a port.' },
  { name: 'rate-limiter-flexible', places: [/^http\//, /\.adapter\.ts$/], fix: 'Ask for a port.' },
  { name: '@hono/zod-openapi', places: [/^http\//], fix: 'HTTP lives in http/.' },
  { name: 'prom-client', places: [/^http\//], fix: 'Metrics are shown by http/; hand it numbers.' },
  { name: 'csv-stringify', places: [/^http\//, /^cli\//], fix: 'CSV is a way to show a list.' },
  {
    name: 'pdfkit',
    places: [/^platform\/printing\/layout\//],
    fix: 'Hand a sheet to the printer (platform/printing).',
  },
  { name: 'qrcode', places: [/^platform\/printing\/layout\//], fix: 'Hand a sheet to the printer.' },
  { name: 'bidi-js', places: [/^platform\/printing\/layout\//], fix: 'Hand a sheet to the printer.' },
  { name: 'otpauth', places: [/\.adapter\.ts$/], fix: 'One-time passwords are an adapter behind a port.' },
];

/** Parts of Node that may be imported only in the named places; the others: see `nodeKinds`. */
export const nodeModules: readonly {
  readonly name: string;
  readonly places: readonly RegExp[];
  readonly fix: string;
}[] = [
  { name: 'node:crypto', places: [/./], fix: '' },
  { name: 'node:buffer', places: [/^(?!kernel\/)/], fix: 'The kernel works on Uint8Array.' },
  {
    name: 'node:dgram',
    // The supervisor tries the ports before it starts a role.
    places: [/^radius\/(server|dynauth)\//, /^(simulator|bench|supervisor)\//],
    fix: 'Packets leave and enter through radius/server, radius/dynauth or the simulator.',
  },
  { name: 'node:process', places: [], fix: 'The global `process` says the same and the rules see it.' },
  { name: 'node:console', places: [], fix: 'Take a Logger (platform/logger.port.ts).' },
];

/** The kinds of file that may use the rest of Node: sockets, files, processes, timers. */
export const nodeKinds: readonly Kind[] = [
  'adapter',
  'db',
  'config',
  'scheduler',
  'server',
  'simulator',
  'http',
  'shell',
];

/** What makes a result depend on when and where it runs, with the only places that may use it. */
export const ambient: readonly {
  readonly use: RegExp;
  readonly places: readonly RegExp[];
  readonly fix: string;
}[] = [
  {
    use: /^(new Date\(\)|Date\.now|Temporal\.Now|Math\.random|process\.env|console)$/,
    places: [/^kernel\/(clock|ids)\.ts$/, /^platform\/config\//, /^cli\//],
    fix: 'Take a Clock, an id, a setting or a Logger as an argument.',
  },
];

/** What a pure file, a port or a store may not use either, because it is an effect. */
export const effects = {
  use: /^(process\.\w+|performance\.now|fetch|setTimeout|setInterval|setImmediate)$/,
  kinds: ['pure', 'port', 'store'] as readonly Kind[],
  places: [/^kernel\/clock\.ts$/] as readonly RegExp[],
  fix: 'Move the effect into a service, adapter or shell.',
};

/** Sizes a reader can still hold in the head; generated files are nobody's reading. */
export const sizes = { fileLinesMax: 300, functionLinesMax: 70, exempt: /(^|\/)generated\// };
