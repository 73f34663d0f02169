import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { retryDelayMs } from '../../platform/events/retry.ts';
import { startWorkPool } from '../../platform/events/work-pool.service.ts';
import type { Logger } from '../../platform/logger.port.ts';
import type { SecretBox } from '../../platform/secrets/secret-box.ts';
import { desiredState, type WallChoices } from '../desired-state.ts';
import { lockServiceFacts } from '../enforcement/enforcement.store.ts';
import type { RouterApi } from '../enforcement/enforcement-by-api.service.ts';
import { ENFORCEMENT_DELAYS_MS } from '../enforcement/enforcement-plan.ts';
import { applyLocally, type LocalOrder, passwordDigest } from './local-service.service.ts';
import {
  type ClaimedProvision,
  claimProvisions,
  finishProvision,
  forgetProvision,
  provisionedService,
  retryProvision,
} from './router-provision.store.ts';

/** What the provisioner works with; `host` names this machine. */
export interface ProvisionerOptions {
  readonly db: Database;
  readonly box: SecretBox;
  readonly routerApi: RouterApi;
  readonly logger: Logger;
  /** The business clock. */
  readonly clock: Clock;
  readonly host: string;
  /** What is done with those not entitled just now, and the address list of the walled garden. */
  readonly choices: () => Promise<{ readonly wall: WallChoices; readonly walledList: string }>;
}

/** The running provisioner, part of the worker role. */
export interface Provisioner {
  /** Called after a change was committed; without it changes are found by the poll. */
  wake(): void;
  stop(): Promise<void>;
}

const pollMs = 1_000;
const underWayMax = 64;
/** Of one router: another that is slow or silent must not take the turn of all others. */
const perNasMax = 16;
const stopGraceMs = 2_000;
/** Longer than all commands of one service may take. */
const lapseS = 90;

/** Keeps services of mode `local` on their routers as the data says. Any number of hosts may run one. */
export function openProvisioner(options: ProvisionerOptions): Provisioner {
  const { db, host, logger } = options;
  const key = options.box.deriveKey('router password digest');
  return startWorkPool<ClaimedProvision>({
    pollMs,
    places: underWayMax,
    perKeyMax: perNasMax,
    take: (free, busy) => claimProvisions(db, { host, limit: free, lapseS, busy, perNasMax }),
    keyOf: ({ nasId }) => nasId,
    work: (claim) => carryOut(options, key, claim),
    onError: (err) => logger.warn({ event: 'network.provisioner_failed', err }),
    stopGraceMs,
  });
}

async function carryOut(options: ProvisionerOptions, key: Buffer, claim: ClaimedProvision): Promise<void> {
  const { db, logger, routerApi } = options;
  const ids = { service_id: claim.serviceId, nas_id: claim.nasId };
  try {
    const order = await orderOf(options, claim);
    const access = await routerApi.accessOf(claim.nasId);
    if (access === undefined) throw new Error('The router has no API credentials.');
    const digest = passwordDigest(key, order.service.password);
    const done = await applyLocally(routerApi.router, access, order, digest);
    if (claim.isLeaving) await forgetProvision(db, claim);
    else await finishProvision(db, claim, { outcome: wordsOf(done), passwordDigest: digest });
    if (done.changes + done.sessionsEnded > 0) {
      logger.info({ event: 'network.provision_applied', ...ids, ...done, tries: claim.tries });
    }
  } catch (error) {
    const delayMs = retryDelayMs(claim.tries, ENFORCEMENT_DELAYS_MS);
    const outcome = messageOf(error);
    logger.warn({ event: 'network.provision_failed', ...ids, tries: claim.tries, outcome });
    await retryProvision(db, claim, { delayMs, outcome });
  }
}

/** What the data says now: a later change raises the version, and comes again. */
async function orderOf(options: ProvisionerOptions, claim: ClaimedProvision): Promise<LocalOrder> {
  const { wall, walledList } = await options.choices();
  const { facts, stored } = await options.db.transaction(async (tx) => ({
    facts: await lockServiceFacts(tx, claim.serviceId, options.clock.nowMs()),
    stored: await provisionedService(tx, claim.serviceId),
  }));
  if (facts === undefined || stored === undefined) throw new Error('The service is gone.');
  const { passwordEnc, isCancelled, ...service } = stored;
  return {
    service: {
      ...service,
      serviceId: claim.serviceId,
      kind: claim.kind,
      pppService: claim.pppService,
      password: options.box.open(passwordEnc).toString('utf8'),
      isLeaving: claim.isLeaving || isCancelled,
    },
    desired: desiredState(facts, wall, options.clock.nowMs()),
    walledList,
    passwordDigest: claim.passwordDigest,
  };
}

function wordsOf(done: { readonly changes: number; readonly sessionsEnded: number }): string {
  if (done.changes === 0 && done.sessionsEnded === 0) return 'The router has it.';
  const ended = done.sessionsEnded > 0 ? `, ${done.sessionsEnded} session(s) ended to dial in anew` : '';
  return `Changed on the router and looked after: ${done.changes} command(s)${ended}.`;
}
