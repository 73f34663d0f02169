import type { Queryable } from '../../db/database.ts';
import { type AppError, notFound } from '../../kernel/errors.ts';
import type { CreditNoteId } from '../../kernel/ids.ts';
import { type CreditNoteFilter, type CreditNoteView, listCreditNotes } from './credit-note-list.store.ts';

export type { CreditNoteFilter, CreditNoteView } from './credit-note-list.store.ts';

/** Credit notes newest first. */
export function readCreditNotes(q: Queryable, filter: CreditNoteFilter): Promise<CreditNoteView[]> {
  return listCreditNotes(q, filter);
}

/** One credit note; throws `credit_note_not_found`. */
export async function readCreditNote(q: Queryable, id: CreditNoteId): Promise<CreditNoteView> {
  const [note] = await listCreditNotes(q, { id, limit: 1 });
  if (note === undefined) throw creditNoteNotFound(id);
  return note;
}

/** What is said of a credit note that does not exist, or is another customer's. */
export function creditNoteNotFound(id: CreditNoteId): AppError {
  return notFound('credit_note_not_found', `There is no credit note ${id}.`);
}
