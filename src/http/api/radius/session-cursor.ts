import { invalid } from '../../../kernel/errors.ts';
import type { SessionReport } from '../../../usage/sessions/session-reading.service.ts';
import { type Cursor, idOfCursor } from '../../paging.ts';

/** Where a list of sessions goes on: the newest first. */
export function sessionCursor(session: SessionReport): Cursor {
  return [session.startedAt.toISOString(), session.id];
}

/** The session a cursor of `sessionCursor` names. */
export function placeOf(cursor: Cursor): { startedAt: Date; id: string } {
  return { startedAt: instantOf(cursor), id: idOfCursor(cursor) };
}

/** The instant a cursor begins with; throws `validation_failed` for a cursor of another list. */
export function instantOf([text]: Cursor): Date {
  const at = new Date(typeof text === 'string' ? text : Number.NaN);
  if (!Number.isNaN(at.getTime())) return at;
  throw invalid('The cursor is none of this list: pass the next_cursor of the page before.', {
    cursor: 'must be the next_cursor of the page before',
  });
}
