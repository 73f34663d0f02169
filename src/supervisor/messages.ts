import { z } from 'zod';

const childMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), describe: z.array(z.string()) }),
  z.object({ type: z.literal('failed'), sentence: z.string() }),
]);

/** What a role tells the supervisor: it answers now, or why it cannot start. */
export type ChildMessage = z.infer<typeof childMessage>;

/** The one order the supervisor gives. */
export const stopMessage = { type: 'stop' } as const;

/** A message of a child, or undefined when it is none of ours. */
export function parseChildMessage(message: unknown): ChildMessage | undefined {
  const parsed = childMessage.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}

/** Whether a message of the parent is the order to stop. */
export function isStopMessage(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === stopMessage.type
  );
}
