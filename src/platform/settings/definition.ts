import { z } from 'zod';

/** One thing an operator chooses while the product runs. */
export interface SettingDefinition<Value> {
  readonly schema: z.ZodType<Value>;
  readonly default: Value;
  /** Completes "it must be ...". */
  readonly allowed: string;
  readonly description: string;
}

/** A setting with a check of its own. */
export function define<Value>(definition: SettingDefinition<Value>): SettingDefinition<Value> {
  return definition;
}

/** A choice among words. */
export function oneOf<const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
  fallback: Choices[number],
  description: string,
): SettingDefinition<Choices[number]> {
  return define({ schema: z.enum(choices), default: fallback, allowed: choices.join(' or '), description });
}

/** A whole number, both ends of the range included. */
export function whole(
  range: { min: number; max: number },
  fallback: number,
  description: string,
): SettingDefinition<number> {
  return define({
    schema: z.number().int().min(range.min).max(range.max),
    default: fallback,
    allowed: `a whole number from ${range.min} to ${range.max}`,
    description,
  });
}

/** Yes or no. */
export function flag(fallback: boolean, description: string): SettingDefinition<boolean> {
  return define({ schema: z.boolean(), default: fallback, allowed: 'true or false', description });
}
