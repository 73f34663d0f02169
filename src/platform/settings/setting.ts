import { z } from 'zod';
import { isTimeZone } from '../../kernel/calendar.ts';
import { parseAddress } from '../../kernel/ip.ts';
import { currencyDigits } from '../../kernel/money.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { BILLING_SETTINGS } from './billing-settings.ts';
import { define, flag, oneOf, type SettingDefinition, whole } from './definition.ts';
import { DOCUMENT_SETTINGS } from './document-settings.ts';

const refusals = ['reject', 'walled'] as const;
const routerName = z.string().regex(/^[\x21-\x7e]{1,63}$/);

/** Every setting by its key in the database, with its default: what an installation has that chose nothing. */
export const SETTINGS = {
  isp_timezone: define({
    schema: z.string().refine(isTimeZone),
    default: 'UTC',
    allowed: 'an IANA time zone such as Africa/Nairobi',
    description: 'Time zone of usage days and billing dates.',
  }),
  isp_currency: define({
    schema: z.string().refine(isCurrency),
    default: 'KES',
    allowed: 'an ISO 4217 currency such as KES',
    description: 'Currency of packages and customers that name none.',
  }),
  ...BILLING_SETTINGS,
  ...DOCUMENT_SETTINGS,
  radius_on_suspended: oneOf(refusals, 'reject', 'What a suspended service gets at login.'),
  radius_on_expired: oneOf(refusals, 'reject', 'What a prepaid service gets after the end of its validity.'),
  radius_on_data_cap: oneOf(refusals, 'reject', 'What a service gets whose allowance is used up and blocks.'),
  radius_walled_address_list: define({
    schema: z.union([z.literal(''), routerName]),
    default: 'suspended',
    allowed: 'the name of a firewall address list, or empty for none',
    description: 'Address list a walled session is put on.',
  }),
  radius_walled_pool: define<string | null>({
    schema: routerName.nullable(),
    default: null,
    allowed: 'the name of an /ip/pool, or null for the address it always has',
    description: 'Pool a walled session takes its address from.',
  }),
  radius_walled_session_timeout_s: whole(
    { min: 0, max: 86_400 },
    300,
    'Seconds after which a walled session must log in again; 0 = no limit.',
  ),
  radius_interim_interval_s: whole(
    { min: 0, max: 86_400 },
    300,
    'Seconds between two accounting reports where neither package nor router says; 0 = as the router has it.',
  ),
  tunnel_endpoint: define({
    schema: z.union([z.literal(''), z.string().regex(/^[a-z0-9][a-z0-9.-]{0,251}:[1-9]\d{0,4}$/i)]),
    default: '',
    allowed: 'a name or address and a port such as vpn.example.net:51820, or empty',
    description: 'Where routers behind NAT reach the WireGuard of this server.',
  }),
  tunnel_network: define({
    schema: z.string().refine(isTunnelNetwork),
    default: '10.254.0.0/20',
    allowed: 'an IPv4 network of /8 to /29 such as 10.254.0.0/20',
    description: 'Addresses within the tunnels: the first is the server, then one for each router.',
  }),
  radius_replace_port_session: flag(
    true,
    'A new login on the same port or MAC address closes the old session.',
  ),
  radius_reject_delay_ms: whole(
    { min: 0, max: 2_000 },
    200,
    'Milliseconds an Access-Reject is held back once a login has failed several times.',
  ),
  radius_reject_delay_after: whole(
    { min: 0, max: 1_000 },
    3,
    'Failed logins in a row of one name or MAC address before rejects are held back.',
  ),
  radius_normalise_username: oneOf(
    ['none', 'lowercase', 'strip_realm', 'lowercase_strip_realm'],
    'none',
    'How a user name is changed before it is looked up.',
  ),
  radius_auth_log: oneOf(['all', 'rejects'], 'all', 'Which logins the authentication log keeps.'),
  http_https: oneOf(
    ['off', 'redirect', 'refuse'],
    'off',
    'Plain HTTP from elsewhere than this machine: allowed, sent to HTTPS (reads; the rest refused), or refused.',
  ),
  metrics_access: oneOf(
    ['loopback_or_token', 'token', 'open'],
    'loopback_or_token',
    'Who reads /metrics: this machine and holders of metrics.read, only those holders, or everybody.',
  ),
  webhooks_allow_private: flag(false, 'Webhooks may call addresses of this machine and of private networks.'),
  auth_totp_required_for_admins: define({
    schema: z.boolean(),
    default: false,
    allowed: 'true or false',
    description: 'An administrator without a second factor may do nothing but enrol one.',
  }),
  raw_accounting_retention_days: whole(
    { min: 62, max: 3_650 },
    100,
    'Days raw reports of usage are kept, by RADIUS or told by the API: at least two closed billing periods.',
  ),
  auth_log_retention_days: whole({ min: 1, max: 3_650 }, 30, 'Days the authentication log is kept.'),
} as const;

export type SettingKey = keyof typeof SETTINGS;

/** The settings of an installation, complete: absent keys have their default. */
export type Settings = {
  readonly [Key in SettingKey]: (typeof SETTINGS)[Key] extends SettingDefinition<infer Value> ? Value : never;
};

/** Whether a text names a setting. */
export function isSettingKey(text: string): text is SettingKey {
  return Object.hasOwn(SETTINGS, text);
}

/** What an installation has that chose nothing. */
export function defaultSettings(): Settings {
  return settingsFrom([]);
}

/**
 * The settings from stored rows. Unknown keys are ignored, and a value that no longer fits counts as absent,
 * so that an odd row never keeps the RADIUS role from starting.
 */
export function settingsFrom(rows: Iterable<{ readonly key: string; readonly value: unknown }>): Settings {
  const values: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(SETTINGS)) values[key] = definition.default;
  for (const { key, value } of rows) {
    if (!isSettingKey(key)) continue;
    const parsed = parseSetting(key, value);
    if (parsed.ok) values[key] = parsed.value;
  }
  return values as Settings;
}

/** Checks a value for a setting; the error is a sentence that says what is allowed. */
export function parseSetting(key: SettingKey, value: unknown): Result<unknown, string> {
  const definition: SettingDefinition<unknown> = SETTINGS[key];
  const parsed = definition.schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  return err(`${key} cannot be ${quoted(value)}: it must be ${definition.allowed}.`);
}

/** A bad value as a sentence shows it: what is long or deep is not worth repeating. */
function quoted(value: unknown): string {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) return 'such a list';
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 100 ? 'so long a value' : text;
}

/** The value a person typed: numbers, true, false and null as JSON, anything else as text. */
export function settingValueOf(key: SettingKey, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  return parseSetting(key, value).ok ? value : text;
}

function isTunnelNetwork(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  return rest.length === 0 && parseAddress(address)?.family === 4 && /^([89]|1\d|2\d)$/.test(length);
}

function isCurrency(text: string): boolean {
  try {
    currencyDigits(text);
    return true;
  } catch {
    return false;
  }
}
