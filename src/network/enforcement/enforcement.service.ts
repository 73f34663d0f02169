import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { parseAddress } from '../../kernel/ip.ts';
import { retryDelayMs } from '../../platform/events/retry.ts';
import { startWorkPool } from '../../platform/events/work-pool.service.ts';
import type { Logger } from '../../platform/logger.port.ts';
import type { SecretBox } from '../../platform/secrets/secret-box.ts';
import type { WallChoices } from '../desired-state.ts';
import type { Dynauth, DynauthResult } from '../dynauth.port.ts';
import { lookAtRouter, type RouterApi, type SeenEffect } from './enforcement-by-api.service.ts';
import {
  type Claim,
  type ClaimedEnforcement,
  type ClaimedNas,
  type ClaimedSession,
  claimEnforcements,
  disconnectInstead,
  finishEnforcement,
  retryEnforcement,
} from './enforcement-delivery.store.ts';
import { markSessionUncertain } from './enforcement-effect.store.ts';
import { ENFORCEMENT_DELAYS_MS, nextStep } from './enforcement-plan.ts';
import { acceptCoa } from './enforcement-planning.service.ts';
import { Pace } from './pace.ts';
import { SigningHabits } from './signing-habits.ts';
import { repeatUnheeded } from './unheeded.service.ts';

/** What the enforcer needs; `host` names this machine as in nas_contacts. */
export interface EnforcerOptions {
  readonly db: Database;
  readonly box: SecretBox;
  readonly dynauth: Dynauth;
  readonly logger: Logger;
  /** The business clock; waits and claims follow the database's own. */
  readonly clock: Clock;
  readonly host: string;
  readonly wallChoices: () => WallChoices | Promise<WallChoices>;
  /** Routers with API credentials are looked at and steered there too; without it CoA and Disconnect are all there is. */
  readonly routerApi?: RouterApi;
  /** The addresses the RADIUS server listens on; the first specific one of the NAS's family is sent from. */
  readonly bindAddresses?: readonly string[];
}

type Sender = EnforcerOptions & { readonly habits: SigningHabits };

/** The running enforcer, part of the RADIUS role. */
export interface Enforcer {
  /** Called on NOTIFY `enforcement`; without it orders are found by the poll. */
  wake(): void;
  /** Takes no more orders and waits for the answers under way, at most a few seconds. */
  stop(): Promise<void>;
}

const pollMs = 1_000;
const inFlightMax = 512;
/** Of one router: another that is slow or silent must not take the turn of all others. */
const inFlightPerNasMax = 64;
/** CoA and Disconnect orders a router gets in a second; the slowest of them carry out a few hundred. */
export const ORDERS_PER_SECOND_MAX = 150;
const takeOverMs = 10_000;
const checkEffectEveryMs = 30_000;
const stopGraceMs = 3_000;

/** Carries out enforcement orders on the routers until each is confirmed. Any number of hosts may run one. */
export function openEnforcer(options: EnforcerOptions): Enforcer {
  const { db, logger, host, clock } = options;
  const pace = new Pace(ORDERS_PER_SECOND_MAX);
  const habits = new SigningHabits();
  let checkedEffectMs = clock.monotonicMs();
  return startWorkPool<ClaimedEnforcement>({
    pollMs,
    places: inFlightMax,
    perKeyMax: inFlightPerNasMax,
    // The orders of one session wait for each other.
    hasFollowers: true,
    take: async (limit, busy) => {
      if (clock.monotonicMs() - checkedEffectMs >= checkEffectEveryMs) {
        checkedEffectMs = clock.monotonicMs();
        await repeatUnheeded(options);
      }
      return claimEnforcements(db, { host, limit, takeOverMs, busy, perNasMax: inFlightPerNasMax });
    },
    keyOf: ({ nasId }) => nasId,
    work: async (order) => {
      const waitMs = pace.turn(order.nasId, clock.monotonicMs());
      if (waitMs > 0) await sleep(waitMs);
      await carryOut({ ...options, habits }, order).catch((err: unknown) => {
        logger.warn({ event: 'network.enforcement_failed', enforcement_id: order.id, err });
      });
    },
    onError: (err) => logger.warn({ event: 'network.enforcer_failed', err }),
    stopGraceMs,
  });
}

async function carryOut(options: Sender, order: ClaimedEnforcement): Promise<void> {
  const { db, host } = options;
  const claim: Claim = { id: order.id, host, tries: order.tries };
  if (order.session === undefined || order.session.isClosed) {
    await finishEnforcement(db, claim, 'gone', {
      kind: undefined,
      words: 'The session has ended.',
      roundTripUs: undefined,
    });
    return;
  }
  if (order.nas === undefined) {
    await finishEnforcement(db, claim, 'unreachable', {
      kind: undefined,
      words: 'The router was removed.',
      roundTripUs: undefined,
    });
    return;
  }
  // Whatever goes wrong before the datagram leaves is an outcome people can see, and is tried again.
  const result = await tell(options, order, order.session, order.nas).catch(
    (error: unknown): DynauthResult => ({
      outcome: 'error',
      words: messageOf(error),
      roundTripUs: 0,
      triesUsed: 0,
    }),
  );
  await record(options, order, claim, await lookAtRouter(options.routerApi, order, order.session, result));
}

/** Asks with the present secret and, while a rotation is under way, with the previous one if nobody answers. */
async function tell(
  options: Sender,
  order: ClaimedEnforcement,
  session: ClaimedSession,
  nas: ClaimedNas,
): Promise<DynauthResult> {
  let result: DynauthResult | undefined;
  const isSigned = options.habits.isSigned(order.nasId, order.tries);
  for (const sealed of [nas.secretEnc, nas.previousSecretEnc]) {
    if (sealed === undefined) continue;
    result = await options.dynauth.send({
      address: session.nasAddress,
      port: nas.coaPort,
      secret: options.box.open(sealed),
      kind: order.kind,
      session: {
        userName: session.username,
        acctSessionId: session.acctSessionId,
        framedIpAddress: session.framedIp,
      },
      attributes: order.attributes,
      timeoutMs: nas.timeoutMs,
      tries: nas.tries,
      bindAddress: localAddressFor(session.nasAddress, options.bindAddresses ?? []),
      isSigned,
    });
    if (result.outcome === 'ack' || result.outcome === 'nak') options.habits.answered(order.nasId, isSigned);
    if (result.outcome !== 'timeout') break;
  }
  return result ?? { outcome: 'error', words: 'The router has no secret.', roundTripUs: 0, triesUsed: 0 };
}

async function record(
  options: EnforcerOptions,
  order: ClaimedEnforcement,
  claim: Claim,
  { result, isEndedByApi }: SeenEffect,
): Promise<void> {
  const { db } = options;
  const answer = { kind: result.outcome, words: result.words, roundTripUs: result.roundTripUs };
  const next = nextStep(order, result);
  if (next.step === 'disconnect_instead' && isEndedByApi) {
    await finishEnforcement(db, claim, next.state, answer);
  } else if (next.step === 'retry') {
    await retryEnforcement(db, claim, retryDelayMs(order.tries, ENFORCEMENT_DELAYS_MS), answer);
  } else if (next.step === 'disconnect_instead') {
    await disconnectInstead(db, claim, next.state, answer);
  } else {
    await finishEnforcement(db, claim, next.state, answer);
    if (next.state === 'gone') await markSessionUncertain(db, order.sessionId);
    else if (order.kind === 'coa') await bringUpToDate(options, order);
  }
  options.logger.info({
    event: `network.${order.kind}_${result.outcome}`,
    enforcement_id: order.id,
    service_id: order.serviceId,
    session_id: order.sessionId,
    cause: order.cause,
    next: next.step,
    tries: order.tries,
    round_trip_us: result.roundTripUs,
    outcome: result.words,
  });
}

async function bringUpToDate(options: EnforcerOptions, order: ClaimedEnforcement): Promise<void> {
  const choices = await options.wallChoices();
  const nowMs = options.clock.nowMs();
  await options.db.transaction((tx) =>
    acceptCoa(tx, {
      serviceId: order.serviceId,
      sessionId: order.sessionId,
      attributes: order.attributes,
      choices,
      nowMs,
    }),
  );
}

/** Routers know the server by one address; from a wildcard socket the system's routing chooses. */
function localAddressFor(nasAddress: string, bindAddresses: readonly string[]): string | undefined {
  const family = parseAddress(nasAddress)?.family;
  return bindAddresses.find((text) => {
    const address = parseAddress(text);
    return address !== undefined && address.family === family && address.value !== 0n;
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
