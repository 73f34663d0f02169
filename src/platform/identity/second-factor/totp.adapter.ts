import { Secret, TOTP } from 'otpauth';
import type { TotpCodes } from './totp.port.ts';

const ISSUER = 'NetFlow ISP';
const SECRET_OCTETS = 20;
/** Clocks of phones are off by a step now and then. */
const STEPS_OFF_MAX = 1;

/** Codes computed by otpauth. */
export const totpCodes: TotpCodes = {
  newSecret: () => new Secret({ size: SECRET_OCTETS }).base32,
  uriOf: (secret, email) => new TOTP({ issuer: ISSUER, label: email, secret }).toString(),
  stepOf: (secret, code, nowMs) => {
    const totp = new TOTP({ issuer: ISSUER, secret });
    const off = totp.validate({ token: code, timestamp: nowMs, window: STEPS_OFF_MAX });
    return off === null ? undefined : totp.counter({ timestamp: nowMs }) + off;
  },
};
