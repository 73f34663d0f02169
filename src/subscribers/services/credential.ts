import { invalid } from '../../kernel/errors.ts';
import { normaliseMac } from '../../kernel/mac.ts';

/** Of a password that is made here: beyond guessing, short enough to be read out on the telephone. */
export const PASSWORD_LENGTH = 12;

const USERNAME_OCTETS_MAX = 253;
const PASSWORD_OCTETS_MAX = 128;

/** A user name as a router sends it (RFC 2865 section 5.1); throws `validation_failed`. */
export function checkUsername(text: string): string {
  const objection = usernameObjection(text);
  if (objection !== undefined) throw invalid(objection, { username: objection });
  return text;
}

/** What is wrong with a user name, as a sentence; undefined when nothing is. */
export function usernameObjection(text: string): string | undefined {
  if (text === '') return 'The user name is missing.';
  if (text !== text.trim()) return `The user name '${text}' has a blank at an end, which no router sends.`;
  if (hasControlCharacter(text)) return 'The user name has a control character in it.';
  if (Buffer.byteLength(text) > USERNAME_OCTETS_MAX) {
    return `The user name is longer than the ${USERNAME_OCTETS_MAX} octets a RADIUS attribute holds.`;
  }
  return undefined;
}

/**
 * What is wrong with a password, as a sentence; undefined when nothing is. Without a password only the MAC
 * address opens a service, so it must be named by one or locked to one. `mac` is normalised.
 */
export function passwordObjection(
  password: string,
  service: { username: string; mac: string | undefined },
): string | undefined {
  if (Buffer.byteLength(password) > PASSWORD_OCTETS_MAX) {
    return `The password is longer than the ${PASSWORD_OCTETS_MAX} octets PAP carries.`;
  }
  if (hasControlCharacter(password)) return 'The password has a control character in it.';
  const isOpenedByMac = service.mac !== undefined || normaliseMac(service.username) !== undefined;
  if (password === '' && !isOpenedByMac) {
    return 'The password is missing: only a service that is named by a MAC address or locked to one can do without.';
  }
  return undefined;
}

/** A password that suits the service; throws `validation_failed`. */
export function checkPassword(
  password: string,
  service: { username: string; mac: string | undefined },
): string {
  const objection = passwordObjection(password, service);
  if (objection !== undefined) throw invalid(objection, { password: objection });
  return password;
}

/** A MAC address in normal form; throws `validation_failed`. */
export function checkMac(text: string): string {
  const mac = normaliseMac(text);
  if (mac !== undefined) return mac;
  const message = `'${text}' is no MAC address: write it like AA:BB:CC:DD:EE:FF.`;
  throw invalid(message, { mac_address: message });
}

function hasControlCharacter(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text);
}
