/** A start that cannot go on; the message is one sentence for the operator, no stack is needed. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
