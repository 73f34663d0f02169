import { describe, expect, it } from 'vitest';
import { SignatureLearning } from '../../../../src/radius/server/signature-learning.ts';
import { nas } from './factories.ts';

const minuteMs = 60_000;

/** Notes requests at even distances; resolves to the number of the one that settled it, 0 for none. */
function feed(client: ReturnType<typeof nas>, signed: readonly boolean[], everyMs: number): number {
  const learning = new SignatureLearning();
  for (const [index, isSigned] of signed.entries()) {
    if (learning.note(client, isSigned, index * everyMs)) return index + 1;
  }
  return 0;
}

const always = (count: number): boolean[] => Array.from({ length: count }, () => true);

describe('a NAS that always signs', () => {
  it('is believed after 20 signed requests in a row over at least 10 minutes', () => {
    const client = nas();
    expect(feed(client, always(30), minuteMs)).toBe(20);
    expect(client.hasLearntToSign).toBe(true);
  });

  it('is not believed sooner, however many requests come', () => {
    const client = nas();
    expect(feed(client, always(599), 1_000)).toBe(0);
    expect(client.hasLearntToSign).toBe(false);
    expect(feed(client, always(602), 1_000)).toBe(601);
  });

  it('is not believed by 19 requests, however long they take', () => {
    expect(feed(nas(), always(19), 60 * minuteMs)).toBe(0);
  });

  it('begins anew with every unsigned request', () => {
    const signed = always(60);
    signed[18] = false;
    expect(feed(nas(), signed, minuteMs)).toBe(19 + 20);
  });

  it.each(['yes', 'no'] as const)('is not looked at where the operator said %s', (policy) => {
    expect(feed(nas({ requireMessageAuthenticator: policy }), always(100), minuteMs)).toBe(0);
  });

  it('is told of once', () => {
    const client = nas();
    const learning = new SignatureLearning();
    const told = always(100).filter((isSigned, index) => learning.note(client, isSigned, index * minuteMs));
    expect(told).toHaveLength(1);
  });
});
