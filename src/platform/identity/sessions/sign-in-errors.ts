import { AppError } from '../../../kernel/errors.ts';

const GUESSES: readonly string[] = ['invalid_credentials', 'totp_invalid', 'wrong_password'];

/** Whether an attempt failed because what was guessed is wrong. */
export function isWrongGuess(error: unknown): boolean {
  return error instanceof AppError && GUESSES.includes(error.code);
}

/** Nobody has this e-mail address and password; which of the two is wrong stays untold. */
export function invalidCredentials(): AppError {
  return new AppError('unauthenticated', 'invalid_credentials', 'E-mail address or password is wrong.');
}

/** Somebody signed in gave another password than theirs. */
export function wrongPassword(): AppError {
  return new AppError('forbidden', 'wrong_password', 'The current password is wrong.');
}

/** The password was right, and the account has been closed. */
export function userDisabled(): AppError {
  return new AppError('forbidden', 'user_disabled', 'This account is disabled: ask an administrator.');
}

/** A bearer or refresh token that is none of ours, or no longer. */
export function tokenInvalid(): AppError {
  return new AppError(
    'unauthenticated',
    'token_invalid',
    'The token is none of ours, or no longer: sign in.',
  );
}

/** A token whose time is over. */
export function tokenExpired(): AppError {
  return new AppError(
    'unauthenticated',
    'token_expired',
    'The token has expired: refresh it, or sign in again.',
  );
}
