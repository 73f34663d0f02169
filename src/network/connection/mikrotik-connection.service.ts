import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { conflict, notFound } from '../../kernel/errors.ts';
import { parseAddressBlock } from '../../kernel/ip.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { SecretBox } from '../../platform/secrets/secret-box.ts';
import type { RouterAccess } from '../router.port.ts';
import {
  connectionOfNas,
  deleteConnection,
  lockNasForConnection,
  nasNameAtApi,
  putConnection,
  type StoredConnection,
} from './mikrotik-connection.store.ts';
import {
  type CheckedConnection,
  type ConnectionInput,
  checkConnection,
  notConfigured,
} from './mikrotik-connection.ts';

/** What the use cases of connections work with. */
export interface ConnectionDeps {
  readonly db: Database;
  readonly box: SecretBox;
}

/** A connection as an operator sees it: without its password. */
export type ConnectionView = Omit<StoredConnection, 'passwordEnc' | 'id'>;

/**
 * Sets how the API of a NAS is reached; what is left out stays as it is. A new host or port forgets the pinned
 * certificate. Throws `nas_not_found`, `validation_failed` or `router_address_taken`.
 */
export async function setConnection(
  deps: ConnectionDeps,
  order: { readonly nasId: string; readonly input: ConnectionInput; readonly actor: Actor },
): Promise<ConnectionView> {
  const { nasId, input, actor } = order;
  let checked: CheckedConnection | undefined;
  try {
    return await deps.db.transaction(async (tx) => {
      const nas = await requireNas(tx, nasId);
      const before = await connectionOfNas(tx, nasId);
      checked = checkConnection(merged(deps.box, input, before, nas.address));
      const { password, ...columns } = checked;
      await putConnection(tx, nasId, { ...columns, passwordEnc: deps.box.seal(password) });
      const after = await viewOf(tx, nasId);
      await recordAudit(tx, {
        actor,
        action: before === undefined ? 'router.connected' : 'router.connection_changed',
        entity: 'nas',
        entityId: nasId,
        before: before && auditImage(toView(before)),
        after: { ...auditImage(after), ...(input.password === undefined ? {} : { password: 'changed' }) },
      });
      return after;
    });
  } catch (error) {
    if (violatedConstraint(error) !== 'mikrotik_connections_address_key' || checked === undefined)
      throw error;
    const holder = await nasNameAtApi(deps.db, checked);
    throw conflict(
      'router_address_taken',
      `The API at ${checked.host}:${checked.port} belongs to '${holder ?? '?'}': one router is kept once.`,
    );
  }
}

/** Forgets how the API of a NAS is reached. Throws `nas_not_found` or `routeros_not_configured`. */
export async function removeConnection(
  deps: ConnectionDeps,
  order: { readonly nasId: string; readonly actor: Actor },
): Promise<void> {
  const { nasId, actor } = order;
  await deps.db.transaction(async (tx) => {
    const nas = await requireNas(tx, nasId);
    const before = await connectionOfNas(tx, nasId);
    if (before === undefined) throw notConfigured(nas.name);
    await deleteConnection(tx, nasId);
    const image = auditImage(toView(before));
    await recordAudit(tx, {
      actor,
      action: 'router.disconnected',
      entity: 'nas',
      entityId: nasId,
      before: image,
    });
  });
}

/** How the API of a NAS is reached, for operators. Throws `nas_not_found` or `routeros_not_configured`. */
export async function readConnection(deps: ConnectionDeps, nasId: string): Promise<ConnectionView> {
  return deps.db.transaction((tx) => viewOf(tx, nasId));
}

/** How the driver reaches a router. Throws `nas_not_found` or `routeros_not_configured`. */
export async function accessOfNas(deps: ConnectionDeps, nasId: string): Promise<RouterAccess> {
  const access = await findAccess(deps, nasId);
  if (access !== undefined) return access;
  const nas = await deps.db.transaction((tx) => requireNas(tx, nasId));
  throw notConfigured(nas.name);
}

/** How the driver reaches a router; undefined when nobody has said. */
export async function findAccess(deps: ConnectionDeps, nasId: string): Promise<RouterAccess | undefined> {
  const stored = await connectionOfNas(deps.db, nasId);
  return stored && toAccess(deps.box, stored);
}

/** A stored connection with its password opened. */
export function toAccess(box: SecretBox, stored: StoredConnection): RouterAccess {
  return {
    routerId: stored.id,
    host: stored.host,
    port: stored.port,
    username: stored.username,
    password: box.open(stored.passwordEnc).toString('utf8'),
    isTls: stored.tls,
    fingerprint: stored.fingerprint,
  };
}

async function requireNas(tx: Transaction, nasId: string) {
  const nas = await lockNasForConnection(tx, nasId);
  if (nas === undefined) throw notFound('nas_not_found', `There is no router with the id ${nasId}.`);
  return nas;
}

async function viewOf(tx: Transaction, nasId: string): Promise<ConnectionView> {
  const stored = await connectionOfNas(tx, nasId);
  if (stored !== undefined) return toView(stored);
  throw notConfigured((await requireNas(tx, nasId)).name);
}

function toView({ passwordEnc: _password, id: _id, ...view }: StoredConnection): ConnectionView {
  return view;
}

function auditImage(view: ConnectionView): Record<string, unknown> {
  const { host, port, username, tls, fingerprint, pollIntervalS } = view;
  return { host, port, username, tls, fingerprint: fingerprint ?? null, poll_interval_s: pollIntervalS };
}

function merged(
  box: SecretBox,
  input: ConnectionInput,
  before: StoredConnection | undefined,
  nasAddress: string,
): ConnectionInput {
  const block = parseAddressBlock(nasAddress);
  const ownAddress = block.first === block.last ? block.text : undefined;
  if (before === undefined) return { ...input, host: input.host ?? ownAddress };
  const isElsewhere =
    (input.host !== undefined && input.host !== before.host) ||
    (input.port !== undefined && input.port !== before.port);
  return {
    host: input.host ?? before.host,
    port: input.port ?? (input.tls === undefined ? before.port : undefined),
    username: input.username ?? before.username,
    password: input.password ?? box.open(before.passwordEnc).toString('utf8'),
    tls: input.tls ?? (input.port === undefined ? before.tls : undefined),
    fingerprint: input.fingerprint === undefined && !isElsewhere ? before.fingerprint : input.fingerprint,
    pollIntervalS: input.pollIntervalS ?? before.pollIntervalS,
  };
}
