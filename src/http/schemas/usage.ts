import { z } from '@hono/zod-openapi';
import type { ServiceId } from '../../kernel/ids.ts';
import { combineOctets, GIGAWORD } from '../../kernel/octets.ts';
import { idInput, instantInput } from './values.ts';

const OCTETS_MAX = 1_000_000_000_000_000;
const COUNTER_MAX = Number.MAX_SAFE_INTEGER;

/** Octets somebody sends: a whole number, or its digits, for JSON of some sources cannot hold 64 bits. */
function octets(max: number) {
  const error = `must be a whole number of bytes from 0 to ${max}`;
  return z
    .union([z.int({ error }).min(0, { error }), z.string().regex(/^\d{1,16}$/)], { error })
    .transform(Number)
    .refine((value) => value <= max, { error })
    .openapi({ type: 'integer', example: 1_000_000_000, description: 'A whole number, or its digits.' });
}

const EVENT = ['download_bytes', 'upload_bytes'] as const;
const COUNTERS = [
  'session_time',
  'input_octets',
  'input_gigawords',
  'output_octets',
  'output_gigawords',
] as const;

/** Usage as a source tells it: octets, or the counters of a session (billing-rules O9, section 20). */
export const usageInput = z
  .strictObject({
    service_id: idInput<ServiceId>(),
    at: instantInput
      .optional()
      .openapi({ description: 'When it was used: chooses the period. Absent: now.' }),
    event_id: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .openapi({ description: 'The name the source gives it: told again for this service it adds nothing.' }),
    download_bytes: octets(OCTETS_MAX).optional(),
    upload_bytes: octets(OCTETS_MAX).optional(),
    session_id: z.string().min(1).max(253).optional().openapi({
      description: 'Makes it counters: a new id starts from 0. Input is upload, output is download.',
    }),
    session_time: z.int().min(0).max(0xffff_ffff).optional().openapi({ description: 'Seconds.' }),
    input_octets: octets(COUNTER_MAX).optional(),
    input_gigawords: z.int().min(0).max(0xffff_ffff).optional(),
    output_octets: octets(COUNTER_MAX).optional(),
    output_gigawords: z.int().min(0).max(0xffff_ffff).optional(),
  })
  .superRefine((input, refinement) => {
    const isCounters = input.session_id !== undefined;
    const say = (path: string, message: string) =>
      refinement.addIssue({ code: 'custom', path: [path], message });
    for (const field of isCounters ? EVENT : COUNTERS) {
      if (input[field] === undefined) continue;
      say(field, isCounters ? 'must be absent beside session_id' : 'needs session_id');
    }
    if (!isCounters) {
      const isEmpty = input.download_bytes === undefined && input.upload_bytes === undefined;
      if (isEmpty) say('download_bytes', 'must be there, or upload_bytes, or session_id with its counters');
      return;
    }
    for (const field of ['session_time', 'input_octets', 'output_octets'] as const) {
      if (input[field] === undefined) say(field, 'must be there beside session_id');
    }
    for (const way of ['input', 'output'] as const) {
      const [low, high] = [input[`${way}_octets`], input[`${way}_gigawords`]];
      if (high === undefined || low === undefined) continue;
      if (low >= GIGAWORD) say(`${way}_octets`, `must be below 2^32 beside ${way}_gigawords`);
      else if (combineOctets(high, low) === undefined) say(`${way}_gigawords`, 'makes more than 2^53 bytes');
    }
  })
  .openapi('UsageInput');

export type UsageInput = z.output<typeof usageInput>;
