import { describe, expect, it } from 'vitest';
import { explainErrorCause } from '../../../../src/radius/dynauth/error-cause.ts';
import { DICTIONARY } from '../../../../src/radius/protocol/dictionary.ts';

describe('explainErrorCause', () => {
  it.each([
    [503, 'Session-Context-Not-Found', 'session_gone'],
    [201, 'Residual-Session-Context-Removed', 'session_gone'],
    [401, 'Unsupported-Attribute', 'permanent'],
    [403, 'NAS-Identification-Mismatch', 'permanent'],
    [404, 'Invalid-Request', 'permanent'],
    [501, 'Administratively-Prohibited', 'permanent'],
    [508, 'Multiple-Session-Selection-Unsupported', 'permanent'],
    [506, 'Resources-Unavailable', 'retry'],
    [502, 'Proxy-Request-Not-Routable', 'retry'],
  ])('%i is %s: %s', (code, name, kind) => {
    expect(explainErrorCause(code)).toMatchObject({ code, name, kind });
  });

  it('has words for every cause of the dictionary', () => {
    const codes = Object.keys(DICTIONARY.byName('Error-Cause')?.values ?? {}).map(Number);
    expect(codes.length).toBeGreaterThan(10);
    for (const code of codes) {
      const cause = explainErrorCause(code);
      expect(cause.meaning).not.toContain(String(code));
      expect(cause.meaning).toMatch(/\.$/);
      expect(cause.advice).toMatch(/\.$/);
    }
  });

  it('a NAK without a cause, or with one nobody knows, is final', () => {
    expect(explainErrorCause(undefined)).toMatchObject({ code: undefined, name: 'none', kind: 'permanent' });
    expect(explainErrorCause(599)).toMatchObject({ code: 599, name: 'Error-Cause-599', kind: 'permanent' });
  });
});
