import type { DynauthAttribute, DynauthResult } from '../dynauth.port.ts';
import type { RouterAccess, RouterPort } from '../router.port.ts';
import { RouterError } from '../router-error.ts';
import { nextStep } from './enforcement-plan.ts';
import { hasRate, isSessionThere, removeSession, type SessionName } from './router-session.service.ts';

/** The API of routers, for those that have one configured. */
export interface RouterApi {
  readonly router: RouterPort;
  /** Undefined for a NAS without API credentials. */
  accessOf(nasId: string): Promise<RouterAccess | undefined>;
}

/** What came of an order once the router itself has been looked at. */
export interface SeenEffect {
  readonly result: DynauthResult;
  /** The session was ended by the API, so that it dials in anew; no Disconnect is needed. */
  readonly isEndedByApi: boolean;
}

/** An order as far as its effect shows on the router. */
export interface EffectOrder {
  readonly nasId: string;
  readonly kind: 'coa' | 'disconnect';
  readonly tries: number;
  readonly attributes: readonly DynauthAttribute[];
}

/** A queue is replaced a moment after the ACK. */
const SECOND_LOOK_MS = 300;

/**
 * The API rung of the ladder: CoA -> look at its effect -> API -> Disconnect. An answer that was lost is no failure
 * when the effect is there, and an ACK is none when it is not. When the API cannot tell, what CoA or Disconnect
 * answered stands as it was: an error there proves nothing.
 */
export async function lookAtRouter(
  api: RouterApi | undefined,
  order: EffectOrder,
  session: SessionName,
  result: DynauthResult,
): Promise<SeenEffect> {
  const untold: SeenEffect = { result, isEndedByApi: false };
  const access = await api?.accessOf(order.nasId);
  if (api === undefined || access === undefined) return untold;
  try {
    return order.kind === 'coa'
      ? await seeRate(api.router, access, { order, session, result })
      : { result: await seeEnd(api.router, access, session, result), isEndedByApi: false };
  } catch (error) {
    if (!(error instanceof RouterError)) throw error;
    if (result.outcome === 'ack') return untold;
    return { result: { ...result, words: `${result.words} ${error.message}` }, isEndedByApi: false };
  }
}

async function seeRate(
  router: RouterPort,
  access: RouterAccess,
  given: { readonly order: EffectOrder; readonly session: SessionName; readonly result: DynauthResult },
): Promise<SeenEffect> {
  const { order, session, result } = given;
  const rateLimit = order.attributes.find(({ name }) => name === 'Mikrotik-Rate-Limit')?.value;
  if (rateLimit === undefined) return { result, isEndedByApi: false };
  const wanted = { username: session.username, rateLimit };
  let isInForce = await hasRate(router, access, wanted);
  if (isInForce === false && result.outcome === 'ack') {
    await sleep(SECOND_LOOK_MS);
    isInForce = await hasRate(router, access, wanted);
  }
  if (isInForce === true) return { result: asObeyed(result), isEndedByApi: false };
  const isDenied =
    isInForce === false && result.nak === 'session_gone' && (await isSessionThere(router, access, session));
  const judged = judge(result, { isInForce, isDenied });
  if (nextStep(order, judged).step !== 'disconnect_instead') return { result: judged, isEndedByApi: false };
  if ((await removeSession(router, access, session)) === 'stays')
    return { result: judged, isEndedByApi: false };
  const words = `${judged.words} The session was ended by the RouterOS API: it dials in with the new rate.`;
  return { result: { ...judged, words }, isEndedByApi: true };
}

/** A CoA by its effect: neither an ACK nor "no such session" is believed against what the router shows. */
function judge(
  result: DynauthResult,
  seen: { readonly isInForce: boolean | undefined; readonly isDenied: boolean },
): DynauthResult {
  if (seen.isInForce === false && result.outcome === 'ack') {
    const words = 'The router acknowledged and kept the old rate.';
    return { ...result, outcome: 'nak', nak: 'permanent', words };
  }
  if (!seen.isDenied) return result;
  const words = `CoA-NAK ${result.errorCause ?? ''}: the router denied the session, and its API shows it.`;
  return { ...result, nak: 'permanent', words };
}

async function seeEnd(
  router: RouterPort,
  access: RouterAccess,
  session: SessionName,
  result: DynauthResult,
): Promise<DynauthResult> {
  const isThere = await isSessionThere(router, access, session);
  if (!isThere) return result.nak === 'session_gone' ? result : asObeyed(result);
  if ((await removeSession(router, access, session)) === 'gone') {
    const words = result.outcome === 'ack' ? 'Acknowledged.' : result.words;
    return { ...result, outcome: 'ack', words: `${words} The session was ended by the RouterOS API.` };
  }
  const words = `${result.words} The session stays on the router, after a removal by its API too.`;
  return { ...result, outcome: 'nak', nak: 'retry', words };
}

function asObeyed(result: DynauthResult): DynauthResult {
  if (result.outcome === 'ack') return result;
  const { nak: _nak, errorCause: _cause, ...rest } = result;
  return {
    ...rest,
    outcome: 'ack',
    words: `The effect is on the router; its answer was lost. (${result.words})`,
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
