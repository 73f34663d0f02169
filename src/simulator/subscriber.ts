/** How a subscriber proves who is there. */
export type LoginMethod = 'pap' | 'chap' | 'mschapv1' | 'mschapv2';

/** What the router runs for the subscriber; each sends attributes of its own. */
export type AccessService = 'pppoe' | 'l2tp' | 'hotspot' | 'dhcp';

/** Who dials, and how. */
export interface Subscriber {
  readonly username: string;
  readonly password: string;
  readonly method: LoginMethod;
  readonly service: AccessService;
  /** `AA:BB:CC:DD:EE:FF`. */
  readonly mac: string;
  /** Share of the rate in force that is used, 0 to 1; 0 is an idle line. */
  readonly demand: number;
}

/** A subscriber with everything not given filled in: PPPoE, CHAP, a MAC address that follows from the name. */
export function subscriber(
  given: Pick<Subscriber, 'username' | 'password'> & Partial<Subscriber>,
): Subscriber {
  return {
    method: 'chap',
    service: 'pppoe',
    mac: macOf(given.username),
    demand: 0.2,
    ...given,
  };
}

/** A locally administered MAC address that is always the same for a name (FNV-1a over 40 bits). */
function macOf(name: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const octet of Buffer.from(name, 'utf8')) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(octet)) * 0x100000001b3n);
  }
  const hex = BigInt.asUintN(40, hash).toString(16).padStart(10, '0').toUpperCase();
  return `02:${(hex.match(/../g) ?? []).join(':')}`;
}
