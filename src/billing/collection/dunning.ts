/** What became of a reminder (billing-rules N5). */
export const REMINDER_STATUSES = ['sent', 'failed', 'skipped'] as const;

export type ReminderStatus = (typeof REMINDER_STATUSES)[number];

/** How a reminder reaches the customer; `portal` when there is no address. */
export type ReminderChannel = 'email' | 'sms' | 'portal';

/** What is to be done about the reminders of an invoice. */
export interface ReminderPlan {
  /** The level to send; 0 is the courtesy notice before the due date. */
  readonly send: number | undefined;
  /** Levels that were due with it and are not sent (N3). */
  readonly skip: readonly number[];
}

/** All that decides about the reminders of an invoice. */
export interface ReminderFacts {
  /** Negative before the due date. */
  readonly daysOverdue: number;
  /** Days overdue of level 1, 2, ... (N1). */
  readonly schedule: readonly number[];
  /** Days before the due date of level 0; 0 = none. */
  readonly courtesyDays: number;
  /** What is logged, by level. */
  readonly logged: ReadonlyMap<number, ReminderStatus>;
}

/**
 * Of the levels that are due and not done only the highest is sent, the lower ones are skipped (N3); each level at most
 * once (N2), a failed one again (N5).
 */
export function planReminder(facts: ReminderFacts): ReminderPlan {
  const isDone = (level: number): boolean => {
    const status = facts.logged.get(level);
    return status === 'sent' || status === 'skipped';
  };
  const due = dueLevels(facts);
  const highest = due.at(-1);
  if (highest === undefined || isDone(highest)) return { send: undefined, skip: [] };
  return { send: highest, skip: due.filter((level) => level > 0 && level < highest && !isDone(level)) };
}

function dueLevels({ daysOverdue, schedule, courtesyDays }: ReminderFacts): number[] {
  if (daysOverdue <= 0) return courtesyDays > 0 && -daysOverdue <= courtesyDays ? [0] : [];
  return schedule.flatMap((days, index) => (daysOverdue >= days ? [index + 1] : []));
}

/** The first channel the customer wants and can be reached by. */
export function reminderChannel(contact: {
  readonly wanted: readonly string[];
  readonly email: string | undefined;
  readonly phone: string | undefined;
}): ReminderChannel {
  for (const channel of contact.wanted) {
    if (channel === 'email' && contact.email !== undefined) return 'email';
    if (channel === 'sms' && contact.phone !== undefined) return 'sms';
  }
  return 'portal';
}
