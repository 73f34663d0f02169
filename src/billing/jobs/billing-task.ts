import type { TaskReport } from '../task.ts';

/** A task as people and the scheduler name it. */
export interface TaskDefinition {
  readonly name: string;
  /** Five cron fields in the billing time zone. */
  readonly schedule: string;
}

/** The sentences a recorded run keeps of what it could not do. */
export function failureSentences(report: TaskReport): string[] {
  return report.failures.map(
    ({ subject, code, message }) => `${subject.kind} ${subject.id}: ${code}: ${message}`,
  );
}
