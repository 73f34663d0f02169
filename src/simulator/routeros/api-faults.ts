/** How the API misbehaves; change it while it runs. Without faults it is a RouterOS 7.18. */
export interface ApiFaults {
  /** A router from before 6.43: the login is a challenge. */
  isOldLogin: boolean;
  /** From before 7.18: an empty print is a bare `!done`. */
  hasNoEmptyReply: boolean;
  /** `.tag` stands last instead of first. */
  isTagLast: boolean;
  /** Wait before each reply. */
  answerDelayMs: number;
  /** Takes commands after the login and says nothing. */
  isSilent: boolean;
  /** Hangs up as soon as somebody connects. */
  refusesSessions: boolean;
  /** Commands that begin so are carried out, and the connection is cut instead of the answer. */
  losesAnswerOf: string | undefined;
  /** Commands that begin so cut the connection before anything is done. */
  cutsAt: string | undefined;
  /** Commands that begin so are answered with this trap and do nothing. */
  refuses: { readonly path: string; readonly message: string; readonly category?: number } | undefined;
  /** Says `!fatal` with these words at the next command and hangs up. */
  fatal: string | undefined;
  /** `/ppp/active/remove` is answered `!done` while the session stays. */
  keepsRemovedSessions: boolean;
  /** Each octet leaves in a segment of its own. */
  isSplit: boolean;
  /** Sends these octets instead of any answer. */
  babbles: Buffer | undefined;
  /** Every answer is followed by one for a tag nobody knows. */
  answersStrangers: boolean;
}

/** An API without faults. */
export function noApiFaults(): ApiFaults {
  return {
    isOldLogin: false,
    hasNoEmptyReply: false,
    isTagLast: false,
    answerDelayMs: 0,
    isSilent: false,
    refusesSessions: false,
    losesAnswerOf: undefined,
    cutsAt: undefined,
    refuses: undefined,
    fatal: undefined,
    keepsRemovedSessions: false,
    isSplit: false,
    babbles: undefined,
    answersStrangers: false,
  };
}
