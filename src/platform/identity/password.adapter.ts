import { hash, verify } from '@node-rs/bcrypt';
import type { PasswordHasher } from './password.port.ts';

/** 2^12 rounds: about a quarter of a second of one core for who guesses. */
const COST = 12;

/** Salt and hash of a password nobody knows, so that unknown names take as long as known ones. */
const NOBODY = 'OHzIVALzav6Tpm2imu/jUO8N/9lVs6VGiPGAiLT9ijhCkzHwVT8QS';

/** bcrypt, computed off the event loop. */
export const bcryptHasher: PasswordHasher = bcryptHasherOf(COST);

/** bcrypt with 2^`cost` rounds; less than 12 is for tests. */
export function bcryptHasherOf(cost: number): PasswordHasher {
  const nobody = `$2b$${String(cost).padStart(2, '0')}$${NOBODY}`;
  return {
    hash: (password) => hash(password, { cost }),
    verify: async (password, passwordHash) => {
      const isRight = await verify(password, passwordHash ?? nobody);
      return isRight && passwordHash !== undefined;
    },
  };
}
