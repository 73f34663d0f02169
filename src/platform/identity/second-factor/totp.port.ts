/** One-time codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 s). */
export interface TotpCodes {
  /** A new secret, in base32 as apps take it by hand. */
  newSecret(): string;
  /** What an app reads from a QR code. */
  uriOf(secret: string, email: string): string;
  /** The time step a code belongs to, one before or behind the present included; undefined when it is wrong. */
  stepOf(secret: string, code: string, nowMs: number): number | undefined;
}
