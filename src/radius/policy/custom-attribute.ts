import { DEFAULT_POLICY } from './installation.ts';
import { encodeReplies, type NamedAttribute } from './replies.ts';

/** What is wrong with an attribute an operator adds to replies, as a sentence; undefined when it can be sent. */
export function customAttributeObjection(attribute: NamedAttribute): string | undefined {
  const encoded = encodeReplies({ custom: [attribute] }, DEFAULT_POLICY);
  return encoded.ok ? undefined : encoded.error[0]?.message;
}
