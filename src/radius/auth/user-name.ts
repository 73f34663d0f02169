import { normaliseMac } from '../../kernel/mac.ts';

/** How user names are made comparable before the look-up; chosen per installation. */
export type UserNameRule = 'none' | 'lowercase' | 'strip_realm' | 'lowercase_strip_realm';

/** Makes the look-up form of a user name. A MAC address in any notation is one name: `AA:BB:CC:DD:EE:FF`. */
export function userNameKey(rule: UserNameRule, name: string): string {
  let key = name;
  if (rule === 'strip_realm' || rule === 'lowercase_strip_realm') {
    const at = key.lastIndexOf('@');
    if (at > 0) key = key.slice(0, at);
    key = key.slice(key.indexOf('\\') + 1);
  }
  if (rule === 'lowercase' || rule === 'lowercase_strip_realm') key = key.toLowerCase();
  return normaliseMac(key) ?? key;
}
