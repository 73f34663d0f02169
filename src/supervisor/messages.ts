import { z } from 'zod';

const childMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), describe: z.array(z.string()) }),
  z.object({ type: z.literal('failed'), sentence: z.string() }),
]);

/** What a role tells the supervisor: it answers now, or why it cannot start. */
export type ChildMessage = z.infer<typeof childMessage>;

const order = z.discriminatedUnion('type', [
  z.object({ type: z.literal('begin'), environment: z.record(z.string(), z.string()) }),
  z.object({ type: z.literal('stop') }),
]);

/**
 * What the supervisor orders. A role loads its code at once and begins when told to, with settings over those of its
 * environment: where the database is and the key, which are known later and are nobody else's to read.
 */
export type Order = z.infer<typeof order>;

/** A message of a child, or undefined when it is none of ours. */
export function parseChildMessage(message: unknown): ChildMessage | undefined {
  const parsed = childMessage.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}

/** A message of the supervisor, or undefined when it is none of ours. */
export function parseOrder(message: unknown): Order | undefined {
  const parsed = order.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}
