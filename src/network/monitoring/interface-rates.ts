import type { RouterInterface } from './router-health.ts';

/** The ports of a router as the look before left them. */
export interface EarlierLook {
  readonly interfaces: readonly RouterInterface[];
  /** Between the two looks, in seconds. */
  readonly overS: number;
}

/**
 * Puts what each port carries beside its counters, as the mean since the look before: 12,500,000 octets in 10 s are 10
 * Mbit/s. Counters that went back, a router that was switched on in between and a port that was not there say nothing.
 */
export function withRates(
  interfaces: readonly RouterInterface[],
  earlier: EarlierLook | undefined,
  uptimeS: number | undefined,
): RouterInterface[] {
  if (earlier === undefined || earlier.overS <= 0) return [...interfaces];
  const { overS } = earlier;
  if (uptimeS !== undefined && uptimeS < overS) return [...interfaces];
  const before = new Map(earlier.interfaces.map((port) => [port.name, port]));
  return interfaces.map((port) => {
    const last = before.get(port.name);
    if (last === undefined) return port;
    const received = port.receivedOctets - last.receivedOctets;
    const sent = port.sentOctets - last.sentOctets;
    if (received < 0 || sent < 0) return port;
    const bps = (octets: number): number => Math.round((octets * 8) / overS);
    return { ...port, receivedBps: bps(received), sentBps: bps(sent) };
  });
}

/** The same ports without rates: of a router that did not answer what they carry now is not known. */
export function withoutRates(interfaces: readonly RouterInterface[]): RouterInterface[] {
  return interfaces.map(({ receivedBps: _received, sentBps: _sent, ...port }) => port);
}
