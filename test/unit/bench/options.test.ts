import { describe, expect, it } from 'vitest';
import { parseOptions, SUITES } from '../../../src/bench/options.ts';

describe('the options of the bench', () => {
  it('are all suites over 100,000 subscribers for 5 s each when none is given', () => {
    const parsed = parseOptions([]);
    expect(parsed).toMatchObject({ ok: true, value: { users: 100_000, seconds: 5, suites: SUITES } });
  });

  it('keep the order in which suites can follow each other', () => {
    const parsed = parseOptions(['--only', 'crash,auth']);
    expect(parsed).toMatchObject({ ok: true, value: { suites: ['auth', 'crash'] } });
  });

  it('are tiny for a smoke run unless a number is given', () => {
    expect(parseOptions(['--smoke'])).toMatchObject({ ok: true, value: { users: 400, isSmoke: true } });
    expect(parseOptions(['--smoke', '--users', '50'])).toMatchObject({ ok: true, value: { users: 50 } });
  });

  it.each([
    { argv: ['--users', '0'], says: '--users' },
    { argv: ['--users', '2000000'], says: '1 to 1000000' },
    { argv: ['--users', 'many'], says: "'many'" },
    { argv: ['--invoices', '0'], says: '--invoices' },
    { argv: ['--users', '50', '--invoices', '51'], says: '--users (50)' },
    { argv: ['--seconds', '-1'], says: '--seconds' },
    { argv: ['--only', 'auth,tea'], says: "'tea'" },
    { argv: ['--fast'], says: '--fast' },
  ])('are refused with a sentence when they are $argv', ({ argv, says }) => {
    const parsed = parseOptions(argv);
    expect(parsed.ok ? '' : parsed.error).toContain(says);
  });
});
