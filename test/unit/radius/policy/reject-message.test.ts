import { describe, expect, it } from 'vitest';
import { authorize } from '../../../../src/radius/policy/authorize.ts';
import { installationPolicy } from '../../../../src/radius/policy/installation.ts';
import { rejectMessage } from '../../../../src/radius/policy/replies.ts';
import { MAC, someFacts, someSubject } from './factories.ts';

const POLICY = installationPolicy();

describe('what a rejected subscriber is told', () => {
  const rejectOf = (
    facts: Parameters<typeof someFacts>,
    subject: ReturnType<typeof someSubject> | undefined,
  ) => rejectMessage(authorize(someFacts(...facts), subject, POLICY));

  it('is the same for an unknown user and a wrong password', () => {
    const wrong = rejectOf([{}, false], someSubject());
    expect(wrong).toBe('User name or password is wrong.');
    expect(rejectOf([{}], undefined)).toBe(wrong);
    expect(rejectOf([{ method: 'mac', userName: MAC }], someSubject())).toBe(wrong);
  });

  it.each(['eap', 'none'] as const)('does not depend on the user for %s', (method) => {
    expect(rejectOf([{ method }], undefined)).toBe(
      rejectOf([{ method }], someSubject({ state: 'cancelled' })),
    );
  });

  it.each([
    ['expired', 'Your service has expired. Please renew it.'],
    ['suspended', 'Your service is suspended. Please contact your provider.'],
    ['pending', 'Your service is not active yet.'],
    ['cancelled', 'Your service is cancelled.'],
  ] as const)('names the cause to who knows the password: %s', (state, text) => {
    expect(rejectOf([{}], someSubject({ state }))).toBe(text);
  });
});
