import type { ServiceId } from '../../kernel/ids.ts';

/** Which service: by its id, or by the user name it logs in with. */
export type ServiceRef = { readonly id: ServiceId } | { readonly username: string };

/** The service as a sentence names it: `'amina'`, or its number. */
export function nameOfRef(ref: ServiceRef): string {
  return 'id' in ref ? ref.id : `'${ref.username}'`;
}
