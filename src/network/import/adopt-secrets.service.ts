import { messageOf } from '../../kernel/errors.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { accessOfNas } from '../connection/mikrotik-connection.service.ts';
import { setServiceMode } from '../provisioning/service-mode.service.ts';
import type { RouterRow, RunCommand } from '../router.port.ts';
import { MARK, serviceMark } from '../routeros/desired-items.ts';
import { type SecretService, servicesNamed } from './adopt-secrets.store.ts';
import type { SecretImportDeps } from './import-secrets.service.ts';
import { importSources } from './import-sources.service.ts';

/** What became of one secret. */
export interface AdoptedSecret {
  readonly username: string;
  readonly serviceId: string | undefined;
  readonly isAdopted: boolean;
  readonly outcome: string;
}

/** What became of all, and the import that made services of those that had none. */
export interface Adoption {
  readonly importId: string | undefined;
  readonly secrets: readonly AdoptedSecret[];
}

const deadlineMs = 60_000;
const HIDDEN = /^\**$/;

/**
 * Takes over secrets made by hand on a router, those named by drift keys or all: each gets a service if it has none,
 * the comment by which it is ours, and its service the mode `local`. Nobody's password changes by it. Every step may be
 * repeated. Throws `nas_not_found`, `routeros_not_configured` or the RouterError of a router that cannot be read.
 */
export async function adoptSecrets(
  deps: SecretImportDeps,
  order: { readonly nasId: string; readonly keys: readonly string[] | undefined; readonly actor: Actor },
): Promise<Adoption> {
  const access = await accessOfNas(deps, order.nasId);
  const { secrets, profiles } = await deps.router.on(access, async (run) => ({
    secrets: (await run({ path: '/ppp/secret/print', deadlineMs })).rows,
    profiles: (await run({ path: '/ppp/profile/print', deadlineMs })).rows,
  }));
  const wanted = secrets.filter(
    ({ name = '', comment = '' }) =>
      !comment.startsWith(MARK) && (order.keys === undefined || order.keys.includes(`secret:${name}`)),
  );
  const { importId, reasons } = await makeServices(deps, order, { wanted, profiles });
  const services = await servicesNamed(deps.db, wanted.map(nameOf));
  const adopted: AdoptedSecret[] = [];
  for (const row of wanted) {
    const service = services.get(nameOf(row));
    const objection = service === undefined ? reasons.get(nameOf(row)) : objectionTo(deps, row, service);
    const outcome =
      service === undefined || objection !== undefined
        ? (objection ?? 'No service could be made of it.')
        : await adopt(deps, order, row, service.id).catch(messageOf);
    const isAdopted = outcome === ADOPTED;
    adopted.push({ username: nameOf(row), serviceId: service?.id, isAdopted, outcome });
  }
  return { importId, secrets: adopted };
}

const ADOPTED = 'It is kept on this router from here now.';

/** Services of secrets that have none, as an import of their own. */
async function makeServices(
  deps: SecretImportDeps,
  order: { readonly nasId: string; readonly actor: Actor },
  { wanted, profiles }: { readonly wanted: readonly RouterRow[]; readonly profiles: readonly RouterRow[] },
): Promise<{ readonly importId: string | undefined; readonly reasons: ReadonlyMap<string, string> }> {
  const known = await servicesNamed(deps.db, wanted.map(nameOf));
  const strangers = wanted.filter((row) => !known.has(nameOf(row)));
  if (strangers.length === 0) return { importId: undefined, reasons: new Map() };
  const used = new Set(strangers.map(({ profile }) => profile));
  const items = [
    ...profiles
      .filter(({ name }) => used.has(name))
      .map((values, at) => ({ table: '/ppp/profile', line: at + 1, values })),
    ...strangers.map((values, at) => ({ table: '/ppp/secret', line: at + 1, values })),
  ];
  const { run, report } = await importSources(deps, {
    ...order,
    format: 'routeros',
    sources: [{ name: 'adopted secrets', rows: () => once(items) }],
    isDryRun: false,
    ownMark: MARK,
  });
  const reasons = report.errors.map(
    ({ line, reason }) => [nameOf(strangers[line - 1] ?? {}), reason] as const,
  );
  return { importId: run.id, reasons: new Map(reasons) };
}

function objectionTo(
  { box }: SecretImportDeps,
  { password = '' }: RouterRow,
  service: SecretService,
): string | undefined {
  if (service.isCancelled) return 'The service of its name is cancelled: remove the secret on the router.';
  if (HIDDEN.test(password)) {
    return 'The router hides its password, which may be another: /user group set isp-billing policy=api,read,write,test,sensitive';
  }
  if (box.open(service.passwordEnc).toString() === password) return undefined;
  return 'Its password on the router is another than the service has: set that one first, or remove the secret.';
}

/** The comment first: with it the secret is ours, and what follows mends it in place. */
async function adopt(
  deps: SecretImportDeps,
  { nasId, actor }: { readonly nasId: string; readonly actor: Actor },
  row: RouterRow,
  serviceId: string,
): Promise<string> {
  const access = await accessOfNas(deps, nasId);
  const comment = serviceMark(serviceId);
  const isMarked = await deps.router.on(access, (run) => mark(run, nameOf(row), comment));
  if (!isMarked) return 'It is no longer on the router, or was changed there meanwhile.';
  const pppService = row.service || 'any';
  await setServiceMode(deps.db, {
    serviceId,
    actor,
    mode: { mode: 'local', nasId, kind: 'ppp', pppService },
  });
  return ADOPTED;
}

/** Writes the comment and looks whether it is there. */
async function mark(run: RunCommand, name: string, comment: string): Promise<boolean> {
  const find = async () => (await run({ path: '/ppp/secret/print', queries: [`name=${name}`] })).rows[0];
  const found = await find();
  if (found === undefined) return false;
  if (found.comment !== comment) {
    if ((found.comment ?? '').startsWith(MARK)) return false;
    await run({ path: '/ppp/secret/set', attributes: { '.id': found['.id'] ?? '', comment } });
  }
  return (await find())?.comment === comment;
}

function nameOf({ name = '' }: RouterRow): string {
  return name;
}

async function* once<T>(items: readonly T[]): AsyncIterable<readonly T[]> {
  yield items;
}
