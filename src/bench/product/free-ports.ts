import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Ports that were free a moment ago on 127.0.0.1: two for UDP, one for TCP. */
export interface FreePorts {
  readonly authPort: number;
  readonly acctPort: number;
  readonly httpPort: number;
}

/** Finds three free ports. */
export async function freePorts(): Promise<FreePorts> {
  const auth = createSocket('udp4');
  const acct = createSocket('udp4');
  const http = createServer();
  await Promise.all([
    new Promise<void>((resolve) => auth.bind(0, '127.0.0.1', resolve)),
    new Promise<void>((resolve) => acct.bind(0, '127.0.0.1', resolve)),
    new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve)),
  ]);
  const address = http.address();
  const httpPort = typeof address === 'object' && address !== null ? address.port : 0;
  const ports = { authPort: auth.address().port, acctPort: acct.address().port, httpPort };
  await Promise.all([
    new Promise<void>((resolve) => auth.close(() => resolve())),
    new Promise<void>((resolve) => acct.close(() => resolve())),
    new Promise<void>((resolve) => http.close(() => resolve())),
  ]);
  return ports;
}
