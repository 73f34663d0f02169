const SERVICE_DIGITS = { pppoe: '81', l2tp: '81', dhcp: '82', hotspot: '80' } as const;
const SEQUENCE_MAX = 0xfffff;

/**
 * Acct-Session-Ids as RouterOS makes them: 2 hex digits for the service, 1 for the boot counter (so that ids come
 * back after 16 boots), 5 for the sequence since boot, lower case.
 */
export class SessionIds {
  #boot = 0;
  #sequence = 0;

  /** The next id and the NAS-Port that goes with it. */
  next(service: keyof typeof SERVICE_DIGITS): { readonly acctSessionId: string; readonly nasPort: number } {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & SEQUENCE_MAX;
    const boot = this.#boot.toString(16);
    return {
      acctSessionId: `${SERVICE_DIGITS[service]}${boot}${sequence.toString(16).padStart(5, '0')}`,
      nasPort: 15_728_640 + sequence,
    };
  }

  /** A reboot: the counter goes on by one, the sequence begins anew. */
  reboot(): void {
    this.#boot = (this.#boot + 1) & 0xf;
    this.#sequence = 0;
  }
}
