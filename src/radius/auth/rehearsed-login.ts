import type { Buffer } from 'node:buffer';

/** What would be answered: a whole packet, unsigned. */
export interface RehearsedLogin {
  readonly packet: Buffer;
  readonly isWalled: boolean;
}
