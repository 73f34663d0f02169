import { type EnforcementReport, SUPERSEDED } from './enforcement-report.ts';

/** What the network did about a change, one sentence for each kind of outcome of each router. */
export function enforcementSentences(reports: readonly EnforcementReport[]): string[] {
  const groups = new Map<string, EnforcementReport[]>();
  for (const report of reports) {
    const key = [report.nasName, report.kind, report.state, report.outcome].join('\u0000');
    groups.set(key, [...(groups.get(key) ?? []), report]);
  }
  return [...groups.values()].map(sentenceOf);
}

/** Whether a router did not do what it was told, though it is told again until it does. */
export function isUnsuccessful(report: EnforcementReport): boolean {
  return report.state === 'refused' || report.state === 'unreachable';
}

function sentenceOf(group: readonly EnforcementReport[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const nas = first.nasName ?? 'a removed NAS';
  const sessions = `${group.length} session${group.length === 1 ? '' : 's'}`;
  const answer = first.outcome === undefined ? '' : `: ${first.outcome.replace(/\.$/, '')}`;
  switch (first.state) {
    case 'acknowledged': {
      const done =
        first.kind === 'disconnect' ? `Disconnected ${sessions}` : `Changed the speed of ${sessions}`;
      return `${done} on ${nas}${took(group)}.`;
    }
    case 'refused':
      return `${nas} refused to ${verb(first)} ${sessions}${answer}.`;
    case 'unreachable':
      return `${nas} did not answer when told to ${verb(first)} ${sessions}${answer}.`;
    case 'gone':
      if (first.outcome === SUPERSEDED)
        return `An earlier order to ${verb(first)} ${sessions} on ${nas} is superseded.`;
      return `${sessions} on ${nas} ${group.length === 1 ? 'was' : 'were'} gone already${answer}.`;
    case 'pending':
    case 'sending':
      return first.tries > 1 || first.outcome !== undefined
        ? `${nas} has not obeyed yet${answer}; it is told to ${verb(first)} ${sessions} until it does.`
        : `${nas} is being told to ${verb(first)} ${sessions}.`;
  }
}

function verb(report: EnforcementReport): string {
  return report.kind === 'disconnect' ? 'disconnect' : 'change the speed of';
}

/** The slowest of the answers. */
function took(group: readonly EnforcementReport[]): string {
  const times = group.flatMap((report) => report.roundTripUs ?? []);
  if (times.length === 0) return '';
  const slowestMs = Math.max(...times) / 1000;
  return ` in ${slowestMs < 10 ? slowestMs.toFixed(1) : Math.round(slowestMs)} ms`;
}
