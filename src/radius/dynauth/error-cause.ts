import { DICTIONARY } from '../protocol/dictionary.ts';

/**
 * What to do after a NAK: `session_gone` - the router has no such session, so mark it stale; `retry` - the same
 * request may succeed later; `permanent` - it never will, take the next step of the ladder (CoA, DM, RouterOS API).
 */
export type NakKind = 'session_gone' | 'permanent' | 'retry';

/** An Error-Cause (attribute 101, RFC 5176 section 3.5) in words. */
export interface ErrorCause {
  /** Undefined when the NAK carried no Error-Cause. */
  readonly code: number | undefined;
  /** As the dictionary spells it. */
  readonly name: string;
  /** What it means on RouterOS. */
  readonly meaning: string;
  /** What a person can do about it. */
  readonly advice: string;
  readonly kind: NakKind;
}

type Row = readonly [kind: NakKind, meaning: string, advice: string];

const NEXT_STEP = 'Nothing to mend on the router: the change is made another way.';

const NAMES = DICTIONARY.byName('Error-Cause')?.values ?? {};

const ROWS: Readonly<Record<number, Row>> = {
  201: [
    'session_gone',
    'The session was already going down, and its rest has been removed.',
    'Nothing: it is gone.',
  ],
  202: ['permanent', 'The router ignored an EAP packet.', NEXT_STEP],
  401: [
    'permanent',
    'The router cannot change one of the attributes in a live session.',
    'Disconnect the session: the next login takes the new value.',
  ],
  402: [
    'permanent',
    'The router needs another attribute to know which session is meant.',
    'Check that accounting reports the Framed-IP-Address; hotspot sessions are found by it.',
  ],
  403: [
    'permanent',
    'The NAS address in the request is not the one the router calls its own.',
    'Set src-address in /radius to the address the router is known by here.',
  ],
  404: [
    'permanent',
    'The router does not take this request as it stands.',
    'Check that the entry in /radius lists the service (ppp, hotspot, dhcp) of the session.',
  ],
  405: ['permanent', 'The router does not know the Service-Type asked for.', NEXT_STEP],
  406: [
    'permanent',
    'The router does not take CoA or Disconnect requests at all.',
    'Switch it on: /radius incoming set accept=yes port=3799.',
  ],
  407: [
    'permanent',
    'The router does not understand a value, for example a rate or the name of a profile.',
    'Check that the profile, pool or filter chain of that name exists on the router.',
  ],
  501: [
    'permanent',
    'The router is configured to refuse such requests.',
    'Allow them: /radius incoming set accept=yes.',
  ],
  502: [
    'retry',
    'A proxy on the way does not know where to send the request.',
    'Check the proxy between here and the router.',
  ],
  503: [
    'session_gone',
    'The router has no such session: it ended, and its Stop was lost or is still on the way.',
    'Nothing: the session is closed here when its Stop or its silence confirms it.',
  ],
  504: [
    'permanent',
    'The router knows the session but cannot end it.',
    'Remove it in /ppp active or /ip hotspot active.',
  ],
  505: ['retry', 'A proxy on the way failed.', 'Check the proxy between here and the router.'],
  506: [
    'retry',
    'The router is short of memory or time just now.',
    'Look at the load of the router if this stays.',
  ],
  507: [
    'retry',
    'The router wants to ask for the session again by an Access-Request first.',
    'Nothing: it is tried again.',
  ],
  508: [
    'permanent',
    'More than one session fits the request, and the router takes only one at a time.',
    'Disconnect each session by its Acct-Session-Id.',
  ],
};

/** Explains the Error-Cause of a NAK; undefined when the NAK had none. Unknown numbers count as permanent. */
export function explainErrorCause(code: number | undefined): ErrorCause {
  const row = code === undefined ? undefined : ROWS[code];
  const name = code === undefined ? 'none' : (NAMES[code] ?? `Error-Cause-${code}`);
  if (row !== undefined) {
    const [kind, meaning, advice] = row;
    return { code, name, kind, meaning, advice };
  }
  return {
    code,
    name,
    kind: 'permanent',
    meaning: code === undefined ? 'The router refused and gave no reason.' : `The router refused (${code}).`,
    advice: 'Look at the log of the router: /system logging add topics=radius,debug.',
  };
}
