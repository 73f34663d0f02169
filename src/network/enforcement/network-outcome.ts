import type { EnforcementReport } from './enforcement-report.ts';
import { enforcementSentences } from './enforcement-words.ts';

/** What the network made of a change of a service, as far as somebody waited for it. */
export interface NetworkEffect {
  /** Sessions that were open just after the change. */
  readonly sessions: number;
  readonly isServerRunning: boolean;
  /** The worker has not looked at the change yet. */
  readonly isWaiting: boolean;
  readonly enforcements: readonly EnforcementReport[];
}

/** What really happened on the network, in one word, with the slowest answer and a sentence for a person. */
export interface NetworkOutcome {
  readonly result: 'acknowledged' | 'refused' | 'unreachable' | 'no_session' | 'pending';
  readonly roundTripMs: number | undefined;
  readonly detail: string;
}

/** The worst of what the routers made of a change. */
export function networkOutcome(effect: NetworkEffect): NetworkOutcome {
  const { enforcements } = effect;
  const times = enforcements.flatMap(({ roundTripUs }) => roundTripUs ?? []);
  return {
    result: resultOf(effect),
    roundTripMs: times.length === 0 ? undefined : Math.max(...times) / 1_000,
    detail: effectSentences(effect).join(' '),
  };
}

/** The same for people: one sentence for each kind of outcome. */
export function effectSentences(effect: NetworkEffect): string[] {
  const { sessions, isServerRunning, isWaiting, enforcements } = effect;
  if (enforcements.length > 0) return enforcementSentences(enforcements);
  if (sessions === 0) return ['There is no live session.'];
  const open = sessions === 1 ? 'Its live session' : `Its ${sessions} live sessions`;
  if (!isServerRunning) return [`The server is not running: ${lower(open)} will be dealt with when it is.`];
  if (isWaiting) return [`${open} will be dealt with: no worker has come to it yet.`];
  return [`${open} ${sessions === 1 ? 'has' : 'have'} what is due already.`];
}

function resultOf({ enforcements, sessions, isServerRunning, isWaiting }: NetworkEffect) {
  const kinds = new Set(enforcements.map(resultOfOne));
  if (kinds.has('refused')) return 'refused';
  if (kinds.has('unreachable')) return 'unreachable';
  if (kinds.has('pending')) return 'pending';
  if (enforcements.length > 0) return 'acknowledged';
  if (sessions === 0) return 'no_session';
  return isWaiting || !isServerRunning ? 'pending' : 'acknowledged';
}

/** An order that failed and waits for its next try says what its last one met. */
function resultOfOne({
  state,
  lastAnswer,
}: EnforcementReport): 'acknowledged' | 'refused' | 'unreachable' | 'pending' {
  if (state === 'refused' || state === 'unreachable') return state;
  if (state === 'acknowledged' || state === 'gone') return 'acknowledged';
  if (lastAnswer === undefined) return 'pending';
  return lastAnswer === 'nak' ? 'refused' : 'unreachable';
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
