import { invalid } from '../../kernel/errors.ts';

/** What a user may do: everything, run the ISP, or see one customer's own. */
export type UserRole = 'admin' | 'user' | 'customer';

const PASSWORD_LENGTH_MIN = 8;
/** bcrypt looks at no more than this. */
const PASSWORD_OCTETS_MAX = 72;

/** An e-mail address as it is kept; throws `validation_failed`. */
export function checkEmail(text: string): string {
  const email = text.trim();
  if (email.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(email)) return email;
  throw invalid(`'${email}' is no e-mail address.`, { email: 'must be an e-mail address' });
}

/** A password good enough to sign in with; throws `validation_failed`. */
export function checkNewPassword(password: string): string {
  if (password.length < PASSWORD_LENGTH_MIN) {
    throw invalid(`The password is too short: it must have at least ${PASSWORD_LENGTH_MIN} characters.`);
  }
  if (Buffer.byteLength(password) > PASSWORD_OCTETS_MAX) {
    throw invalid(`The password is too long: it may have at most ${PASSWORD_OCTETS_MAX} octets.`);
  }
  return password;
}
