import type { z } from 'zod';
import { err, ok, type Result } from '../../kernel/result.ts';
import { maskUrlPasswords } from '../redaction.ts';
import { type ConfigKey, type ConfigName, configKeys } from './keys.ts';

type Keys = typeof configKeys;
type AnyKey = ConfigKey<z.ZodType<unknown, string>, string | undefined>;

/** The configuration of a process, parsed: paths absolute, lists split, ports numbers, the key as octets. */
export type Config = {
  readonly [Name in ConfigName]:
    | z.output<Keys[Name]['schema']>
    | (Keys[Name]['default'] extends string ? never : undefined);
};

/** What a role runs with: the database and the key are settled, whoever settled them. */
export type ResolvedConfig = Config & { readonly databaseUrl: string; readonly appKey: Uint8Array };

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings of `configKeys` out of `env`; other variables are not ours and an empty one counts
 * as absent. `defaults` replaces defaults by variable name. The error is one sentence naming the variable,
 * its value (never a secret's) and what is allowed.
 */
export function parseConfig(env: Environment, defaults: Environment = {}): Result<Config, string> {
  const values: Record<string, unknown> = {};
  for (const [name, key] of Object.entries<AnyKey>(configKeys)) {
    const text = env[key.env]?.trim() || defaults[key.env] || key.default;
    if (text === undefined) continue;
    const parsed = key.schema.safeParse(text);
    if (!parsed.success) return err(badValue(key, text));
    values[name] = parsed.data;
  }
  const absent = Object.fromEntries(Object.keys(configKeys).map((name) => [name, undefined]));
  const config = { ...absent, ...values } as Config;
  if ((config.httpTlsCert === undefined) !== (config.httpTlsKey === undefined)) {
    return err('HTTP_TLS_CERT and HTTP_TLS_KEY belong together: set both, or neither.');
  }
  if (config.radiusAuthPort === config.radiusAcctPort) {
    return err(badValue(configKeys.radiusAcctPort, String(config.radiusAcctPort)));
  }
  if ((config.adminEmail === undefined) !== (config.adminPassword === undefined)) {
    return err('ADMIN_EMAIL and ADMIN_PASSWORD go together: set both or neither.');
  }
  return ok(config);
}

/** The configuration of a role; the error names what its starter failed to hand over. */
export function parseResolvedConfig(env: Environment): Result<ResolvedConfig, string> {
  const parsed = parseConfig(env);
  if (!parsed.ok) return parsed;
  const { databaseUrl, appKey } = parsed.value;
  if (databaseUrl === undefined) return err('DATABASE_URL is missing: a role alone needs it set.');
  if (appKey === undefined) return err('APP_KEY is missing: a role alone needs it set.');
  return ok({ ...parsed.value, databaseUrl, appKey });
}

function badValue(key: AnyKey, text: string): string {
  return `${key.env} ${shownValue(key, text)}: it must be ${key.allowed}.`;
}

function shownValue(key: AnyKey, text: string): string {
  if (!key.isSecret) return `is "${text}"`;
  const isUrl = URL.canParse(text) && new URL(text).host !== '';
  return isUrl ? `is "${maskUrlPasswords(text)}"` : 'has a value that cannot be used (not shown here)';
}
