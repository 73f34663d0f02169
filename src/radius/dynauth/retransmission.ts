/** How much a wait may differ from its nominal length, so that many requests do not repeat in step (RFC 5080 2.2.1). */
const JITTER = 0.1;

/**
 * The wait after the `sent`-th datagram (1 = the first): the initial one doubled for each further datagram, plus or
 * minus ten per cent. `fraction` is random in [0, 1). 300 ms: about 300, 600, 1200.
 */
export function retransmissionDelayMs(sent: number, initialMs: number, fraction: number): number {
  return initialMs * 2 ** (sent - 1) * (1 + JITTER * (2 * fraction - 1));
}
