import { hash, verify } from '@node-rs/bcrypt';
import type { PasswordHasher } from './password.port.ts';

/** 2^12 rounds: about a quarter of a second of one core for who guesses. */
const cost = 12;

/** bcrypt, computed off the event loop. */
export const bcryptHasher: PasswordHasher = {
  hash: (password) => hash(password, { cost }),
  verify: (password, passwordHash) => verify(password, passwordHash),
};
