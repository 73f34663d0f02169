import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** The rules of the billing contract by section, and how many each has. */
const SECTIONS: Readonly<Record<string, number>> = {
  M: 5,
  C: 7,
  B: 5,
  R: 6,
  I: 8,
  O: 9,
  F: 6,
  P: 12,
  Q: 9,
  D: 7,
  V: 5,
  L: 5,
  N: 5,
  S: 5,
  T: 4,
  X: 3,
  A: 6,
  K: 2,
  W: 1,
  G: 4,
  Z: 7,
};

const root = join(import.meta.dirname, '..', '..');
const named = new Set(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('rule-ids.test.ts'))
    .flatMap((name) => idsIn(readFileSync(join(root, name), 'utf8'))),
);

it.each(
  Object.entries(SECTIONS).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  ),
)('%s has a test that names it', (id) => {
  expect(named).toContain(id);
});

/** Rule ids in quoted text; `I2 to I4` names three. */
function idsIn(source: string): string[] {
  const titles = source.match(/'(?:[^'\\\n]|\\.)*'|`[^`]*`|"[^"\n]*"/g) ?? [];
  return titles.flatMap((title) => {
    const ranges = [...title.matchAll(/\b([A-Z])(\d{1,2}) to \1(\d{1,2})\b/g)].flatMap(
      ([, letter = '', from, to]) =>
        Array.from(
          { length: Number(to) - Number(from) + 1 },
          (_, index) => `${letter}${Number(from) + index}`,
        ),
    );
    return [...ranges, ...(title.match(/\b[A-Z]\d{1,2}\b/g) ?? [])];
  });
}
