import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { invalid, notFound } from '../../kernel/errors.ts';
import type { NasId } from '../../kernel/ids.ts';
import { parseAddress } from '../../kernel/ip.ts';
import { normaliseMac } from '../../kernel/mac.ts';
import { listNas } from '../../network/nas/nas.store.ts';
import type { Logger } from '../../platform/logger.port.ts';
import type { SecretBox } from '../../platform/secrets/secret-box.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import type { Settings } from '../../platform/settings/setting.ts';
import { stationHash } from '../../usage/sessions/station.ts';
import { authorize } from '../policy/authorize.ts';
import type { Decision } from '../policy/decision.ts';
import type { AccessFacts, LoginMethod } from '../policy/facts.ts';
import { describeReply, type NamedAttribute, rejectMessage } from '../policy/replies.ts';
import { decodeTrail, type TrailStep, trailOf } from '../policy/trail.ts';
import { OUTCOME } from './auth-log.ts';
import { DirectoryLoader } from './directory-loader.service.ts';
import { latestLogins, openSessionsOfService, serviceIdByUsername } from './explain.store.ts';
import { METHOD_CODES } from './login-method.ts';
import type { Subscriber } from './subscriber.ts';
import { SubscriberDirectory } from './subscriber-directory.ts';
import { userNameKey } from './user-name.ts';

/** What to suppose of the login; what is left out is taken as right. */
export interface ExplainInput {
  readonly username: string;
  readonly password?: string;
  readonly mac?: string;
  /** Name or address of the NAS; the first one when left out. */
  readonly nas?: string;
  readonly method?: string;
  /** An instant such as 2026-11-27T21:00:00Z; now when left out. */
  readonly at?: string;
  /** What of the allowance is used up, in octets; what was counted when left out. */
  readonly usedOctets?: number;
}

/** A login that happened, from the authentication log. */
export interface RecentLogin {
  readonly at: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly method: string;
  readonly nas: string | null;
  readonly mac: string | null;
  readonly failedCheck: string | null;
}

/** What a login would come to, check by check, with the exact reply and the latest real logins. */
export interface Explanation {
  readonly outcome: 'accept' | 'walled' | 'reject';
  readonly reason: string | undefined;
  readonly trail: readonly TrailStep[];
  readonly reply: readonly NamedAttribute[];
  readonly recent: readonly RecentLogin[];
}

const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const METHODS: Readonly<Record<string, LoginMethod>> = {
  pap: 'pap',
  chap: 'chap',
  mschap: 'mschap1',
  mschapv1: 'mschap1',
  mschap1: 'mschap1',
  mschapv2: 'mschap2',
  mschap2: 'mschap2',
  mac: 'mac',
  eap: 'eap',
};

/** Decides a supposed login by the rules and data in force, without sending or writing anything. */
export async function explainLogin(
  db: Database,
  box: SecretBox,
  clock: Clock,
  input: ExplainInput,
): Promise<Explanation> {
  const settings = await readSettings(db);
  const nas = await chosenNas(db, input.nas);
  const nowMs = input.at === undefined ? clock.nowMs() : Date.parse(input.at);
  if (Number.isNaN(nowMs)) throw invalid(`'${input.at}' is no instant: write it like 2026-11-27T21:00:00Z.`);
  const method = chosenMethod(input);
  const key = userNameKey(settings.radius_normalise_username, input.username);
  const serviceId = await serviceIdByUsername(db, [input.username, key]);
  const directory = new SubscriberDirectory();
  const at: Clock = {
    ...clock,
    nowMs: () => nowMs,
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
  };
  const loader = new DirectoryLoader({ db, box, clock: at, logger: SILENT, directory });
  await loader.loadSome(settings, serviceId === undefined ? [] : [serviceId]);
  const subject = directory.find(input.username);
  if (subject?.quota !== undefined && input.usedOctets !== undefined) {
    subject.quota.usedOctets = input.usedOctets;
  }
  const facts: AccessFacts = {
    nasId: (nas?.id ?? '0') as NasId,
    nasName: nas?.name ?? 'any',
    isSigned: true,
    method,
    userName: input.username,
    callingStationId: input.mac === undefined ? subject?.macLock : (normaliseMac(input.mac) ?? input.mac),
    otherLiveSessions: subject === undefined ? 0 : await countOthers(db, subject, input.mac, settings),
    nowMs,
    credentials: {
      matches: (wanted) =>
        input.password === undefined || wanted.password.equals(Buffer.from(input.password)),
    },
  };
  const decision = authorize(facts, subject, loader.policy);
  const trail = trailOf(decision, facts, subject, loader.policy).map((step) => withoutPassword(step, input));
  return {
    outcome: decision.outcome === 'reject' ? 'reject' : decision.grade === 'walled' ? 'walled' : 'accept',
    reason: decision.reason,
    trail,
    reply: replyOf(decision, subject),
    recent: await recentLogins(db, input.username),
  };
}

async function chosenNas(
  db: Database,
  wanted: string | undefined,
): Promise<{ id: string; name: string } | undefined> {
  const all = await listNas(db);
  if (wanted === undefined) return all[0];
  const isAddress = parseAddress(wanted) !== undefined;
  const found = all.find((nas) => nas.name === wanted || (isAddress && nas.address === wanted));
  if (found === undefined) throw notFound('nas_not_found', `No NAS is named '${wanted}': see \`nas list\`.`);
  return found;
}

function chosenMethod(input: ExplainInput): LoginMethod {
  if (input.method === undefined) return 'pap';
  const method = METHODS[input.method.toLowerCase()];
  if (method === undefined) {
    throw invalid(`'${input.method}' is no method: use pap, chap, mschapv1, mschapv2, mac or eap.`);
  }
  return method;
}

async function countOthers(
  db: Database,
  subject: Subscriber,
  mac: string | undefined,
  settings: Settings,
): Promise<number> {
  const intervalS = settings.radius_interim_interval_s || 300;
  const open = await openSessionsOfService(db, subject.serviceId);
  return open.filter((session) => {
    if (session.silent_s > 3 * intervalS + 60) return false;
    if (!settings.radius_replace_port_session) return true;
    const port = session.nas_port === null ? null : Number(session.nas_port);
    const nasId = Number(session.nas_id);
    const station = stationHash(nasId, session.calling_station ?? undefined, port);
    // Without a MAC to suppose, it is the same subscriber dialling again.
    return mac !== undefined && station !== stationHash(nasId, mac, port);
  }).length;
}

/** A password that was not given was not checked. */
function withoutPassword(step: TrailStep, input: ExplainInput): TrailStep {
  if (step.check !== 'password' || step.result !== 'passed' || input.password !== undefined) return step;
  return {
    ...step,
    result: 'skipped',
    sentence: 'No password was given: taken as right (give one to have it checked).',
  };
}

function replyOf(decision: Decision, subject: Subscriber | undefined): NamedAttribute[] {
  if (decision.outcome === 'reject' || subject === undefined) {
    return [{ name: 'Reply-Message', value: rejectMessage(decision) }];
  }
  const { replies } = subject;
  const encoded =
    decision.grade === 'full'
      ? replies.full
      : decision.grade === 'throttled'
        ? replies.throttled
        : replies.walled;
  const reply = describeReply(encoded);
  if (decision.sessionTimeoutS > 0)
    reply.push({ name: 'Session-Timeout', value: String(decision.sessionTimeoutS) });
  reply.push({
    name: 'Class',
    value: `service ${subject.serviceId}, version ${subject.version}, ${decision.grade}`,
  });
  return reply;
}

async function recentLogins(db: Database, username: string): Promise<RecentLogin[]> {
  const methods = new Map(Object.entries(METHOD_CODES).map(([word, code]) => [code, word]));
  const outcomes = new Map<number, string>(Object.entries(OUTCOME).map(([word, code]) => [code, word]));
  return (await latestLogins(db, username, 5)).map((row) => ({
    at: row.at.toISOString(),
    outcome: outcomes.get(row.outcome) ?? String(row.outcome),
    reason: row.reason,
    method: methods.get(row.method) ?? 'none',
    nas: row.nas_name,
    mac: row.calling_station,
    failedCheck: decodeTrail(row.trail).find((step) => step.result === 'failed')?.check ?? null,
  }));
}
