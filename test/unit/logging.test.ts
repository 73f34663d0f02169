import { describe, expect, it } from 'vitest';
import { createLogger, type LogOptions, withFields } from '../../src/logging.ts';
import { redact } from '../../src/platform/redaction.ts';

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const target = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level: 'debug', format: 'json', role: 'radius', ...options }, target);
  return { logger, lines, text: () => lines.join('') };
}

const hidden = 'Pa55word';

describe('redaction', () => {
  it.each([
    ['User-Password'],
    ['CHAP-Password'],
    ['MS-CHAP2-Response'],
    ['MS-MPPE-Send-Key'],
    ['secret'],
    ['secret_enc'],
    ['shared-secret'],
    ['nasSecret'],
    ['password'],
    ['password_hash'],
    ['authorization'],
    ['Cookie'],
    ['refresh_token'],
    ['APP_KEY'],
    ['apiKey'],
    ['otp'],
    ['pin'],
    ['voucher_code'],
  ])('the value of a field named %s is never written, at any depth', (name) => {
    const { logger, text } = capture();
    const deep = { a: [{ b: { c: { d: { [name]: hidden, kept: 'yes' } } } }] };
    logger.info({ event: 'test', [name]: hidden, deep, list: new Map([[name, hidden]]) }, 'hello');
    logger.error({ event: 'test', [name]: { nested: hidden }, err: new Error('x', { cause: deep }) });
    expect(text()).not.toContain(hidden);
    expect(text()).toContain('"kept":"yes"');
  });

  it('a password inside a URL is masked in fields, messages and errors', () => {
    const { logger, text } = capture();
    const url = `postgres://isp:${hidden}@db:5432/isp`;
    const err = new Error(`cannot reach ${url}`, { cause: new Error(url) });
    logger.warn({ event: 'db.lost', url, err }, `lost ${url}`);
    expect(text()).not.toContain(hidden);
    expect(text().match(/postgres:\/\/isp:\*\*\*@db:5432\/isp/g)?.length).toBeGreaterThan(3);
  });

  it('the parameters, query and detail of a database error are left out, its code and constraint kept', () => {
    const error = Object.assign(new Error('duplicate key'), {
      code: '23505',
      constraint_name: 'nas_name_key',
      parameters: [hidden],
      query: `insert ${hidden}`,
      detail: hidden,
    });
    expect(JSON.stringify(redact({ error }))).not.toContain(hidden);
    expect(redact({ error })).toMatchObject({ error: { code: '23505', constraint_name: 'nas_name_key' } });
  });

  it('octets are logged as their number: they may be a packet', () => {
    expect(redact({ packet: Buffer.from(hidden) })).toEqual({ packet: '<8 octets>' });
  });

  it('flags, circles and large values do not break a line', () => {
    const circle: Record<string, unknown> = { has_password: true, octets: 2n ** 63n };
    circle.self = circle;
    expect(redact(circle)).toEqual({
      has_password: true,
      octets: '9223372036854775808',
      self: '[circular]',
    });
  });
});

describe('createLogger', () => {
  it('writes one JSON object per line with time, level, role and event', () => {
    const { logger, lines } = capture();
    withFields(logger, { nas_id: '7' }).info({ event: 'radius.started', port: 1812 }, 'listening\non');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      role: 'radius',
      event: 'radius.started',
      nas_id: '7',
      port: 1812,
      msg: 'listening\non',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it('leaves out what is below its level', () => {
    const { logger, lines } = capture({ level: 'warn' });
    logger.info({ event: 'small' });
    logger.warn({ event: 'big' });
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['big']);
  });

  it('pretty is one line for a person, an error below it, and redacted too', () => {
    const { logger, text } = capture({ format: 'pretty' });
    logger.error(
      { event: 'db.lost', tries: 3, why: 'no route', secret: hidden, err: new Error('gone') },
      'waiting',
    );
    const [first, second] = text().split('\n');
    expect(first).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} ERROR radius +db\.lost +waiting tries=3 why="no route" secret=\[redacted\]$/,
    );
    expect(second).toBe('    Error: gone');
    expect(text()).not.toContain(hidden);
  });
});
