/**
 * Which routers want CoA and Disconnect signed. RouterOS does not ask for it, so the first try goes without; a strict NAS
 * drops such requests silently (RFC 5176 sections 3.4 and 6.3), so each second try goes the other way, and the way that
 * was answered is the first from then on.
 */
export class SigningHabits {
  readonly #signed = new Set<string>();

  /** Whether this try at a router, counted from 1, is to be signed. */
  isSigned(nasId: string, tries: number): boolean {
    return this.#signed.has(nasId) === (tries % 2 === 1);
  }

  /** A router answered a request that was signed, or was not. */
  answered(nasId: string, isSigned: boolean): void {
    if (isSigned) this.#signed.add(nasId);
    else this.#signed.delete(nasId);
  }
}
