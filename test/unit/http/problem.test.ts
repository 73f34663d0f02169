import { expect, it } from 'vitest';
import { z } from 'zod';
import { misfit } from '../../../src/http/problem.ts';
import { idInput } from '../../../src/http/schemas/values.ts';

const schema = z.strictObject({
  name: z.string(),
  ports: z.array(z.int()).optional(),
  owner: idInput().optional(),
  code: z
    .string()
    .regex(/^[A-Z]+$/)
    .optional(),
});

it.each<[string, unknown, Record<string, string>]>([
  ['something missing', {}, { name: 'is missing' }],
  ['another type', { name: 5 }, { name: 'must be of the type string' }],
  ['another type within', { name: 'a', ports: [1, 'x'] }, { 'ports.1': 'must be of the type number' }],
  ['no object', [], { body: 'must be of the type object' }],
  ['an unknown key', { name: 'a', color: 1 }, { color: 'is not known here' }],
  ['no id, as text', { name: 'a', owner: '1; drop' }, { owner: 'must be an id: a whole number' }],
  ['no id, as number', { name: 'a', owner: -1 }, { owner: 'must be an id: a whole number' }],
  ['a form it must not have', { name: 'a', code: 'x' }, { code: 'does not have the form it must have' }],
])('%s is told in words for whoever called, by field', (_, value, fields) => {
  const { error } = schema.safeParse(value);
  expect(misfit(error?.issues ?? [])).toMatchObject({ status: 422, code: 'validation_failed', fields });
});

it('a key that objects have of themselves is named like any other', () => {
  const { error } = schema.safeParse(JSON.parse('{"name":"a","__proto__":{"x":1}}'));
  const { fields, message } = misfit(error?.issues ?? []);
  expect(Object.entries(fields ?? {})).toEqual([['__proto__', 'is not known here']]);
  expect(message).toContain('__proto__');
});
