import type { NasId } from '../../kernel/ids.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { importSubscribers } from '../../subscribers/import/import.service.ts';
import type { ImportReport } from '../../subscribers/import/import-report.ts';
import type { ServiceDeps } from '../../subscribers/services/provisioning.service.ts';
import { accessOfNas } from '../connection/mikrotik-connection.service.ts';
import { readNas } from '../nas/nas-reading.service.ts';
import { takenUsernames } from '../provisioning/router-drift.store.ts';
import type { RouterPort } from '../router.port.ts';
import { recordRun } from './import-run.service.ts';
import { type SecretCandidate, secretCandidates, toSubscriberFile } from './ppp-secrets.ts';

/** What an import of secrets works with. */
export interface SecretImportDeps extends ServiceDeps {
  readonly router: RouterPort;
}

/** A secret as an operator sees it before and after: without its password. */
export interface SecretPreview extends Omit<SecretCandidate, 'password'> {
  readonly action: 'create' | 'exists' | 'leave';
}

/** What would be done, and when it was done what came of it. */
export interface SecretImport {
  readonly secrets: readonly SecretPreview[];
  /** Undefined for a dry run. */
  readonly report: ImportReport | undefined;
  /** The import as it is remembered, for its undoing. */
  readonly importId: string | undefined;
}

/** Secrets of one router; each line takes a second to read at most. */
const deadlineMs = 60_000;

/**
 * Makes services of the PPP secrets of a router, a package for each profile with a rate. A dry run says what would be
 * done and changes nothing, here or there. Running it again skips what exists. The router is only read: its secrets
 * go on winning over RADIUS until they are removed there. Throws `nas_not_found`, `routeros_not_configured` or the
 * RouterError of a router that cannot be read.
 */
export async function importSecrets(
  deps: SecretImportDeps,
  order: { readonly nasId: string; readonly isDryRun: boolean; readonly actor: Actor },
): Promise<SecretImport> {
  const access = await accessOfNas(deps, order.nasId);
  const { secrets, profiles } = await deps.router.on(access, async (run) => ({
    secrets: (await run({ path: '/ppp/secret/print', deadlineMs })).rows,
    profiles: (await run({ path: '/ppp/profile/print', deadlineMs })).rows,
  }));
  const candidates = secretCandidates(secrets, profiles);
  const taken = await takenUsernames(
    deps.db,
    candidates.map(({ username }) => username),
  );
  const previews = candidates.map(({ password: _password, ...rest }): SecretPreview => {
    const action = taken.has(rest.username) ? 'exists' : rest.problem === undefined ? 'create' : 'leave';
    return { ...rest, action };
  });
  if (order.isDryRun) return { secrets: previews, report: undefined, importId: undefined };
  const file = toSubscriberFile(candidates.filter((_, at) => previews[at]?.action === 'create'));
  const source = (await readNas(deps.db, order.nasId as NasId)).name;
  const { report, run } = await recordRun(
    deps.db,
    { ...order, format: 'secrets', source },
    async (recorder) => ({
      report: await importSubscribers(deps, piecesOf(file), { actor: order.actor, recorder }),
    }),
  );
  return { secrets: previews, report, importId: run.id };
}

async function* piecesOf(text: string): AsyncIterable<string> {
  yield text;
}
