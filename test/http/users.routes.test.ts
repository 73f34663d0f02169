import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, openTestApi, type TestApi } from './api.ts';
import { addCustomer, addUser, newPerson, PASSWORD, type Person, signIn } from './people.ts';

let api: TestApi;
let ann: Person;

beforeAll(async () => {
  api = await openTestApi();
  ann = await newPerson(api, 'admin');
});
afterAll(() => api.close());

const call = (method: string, path: string, body?: object) =>
  api.call(method, `/api/isp/users${path}`, { as: ann.caller, ...(body === undefined ? {} : { body }) });
const auditOf = async (id: string) => {
  const { body } = await api.call('GET', `/api/isp/audit-log?entity=user&entity_id=${id}`);
  return body.items;
};

describe('POST /api/isp/users', () => {
  it('adds a user who can sign in, and records it with the address masked and no password', async () => {
    const fields = { email: 'bob@isp.example', name: 'Bob', role: 'user' };
    const { status, body } = await call('POST', '', { ...fields, password: PASSWORD });
    expect([status, body]).toEqual([
      201,
      {
        ...fields,
        id: expect.any(Number),
        customer_id: null,
        totp_enabled: false,
        disabled_at: null,
        last_sign_in_at: null,
        created_at: expect.any(String),
      },
    ]);
    await signIn(api, 'bob@isp.example');
    const [, created] = await auditOf(body.id);
    expect(created).toMatchObject({
      action: 'user.created',
      actor: ann.email,
      after: { email: 'b***@i***' },
    });
    expect(JSON.stringify(created)).not.toContain(PASSWORD);
  });

  it('adds an account of a customer', async () => {
    const customer_id = Number(await addCustomer(api));
    const body = { email: 'c@isp.example', role: 'customer', password: PASSWORD, customer_id };
    expect((await call('POST', '', body)).body.customer_id).toBe(customer_id);
  });

  it.each([
    ['a customer account without a customer', { role: 'customer' }, 'customer_id'],
    ['staff with a customer', { customer_id: 1 }, 'customer_id'],
    ['a customer nobody has', { role: 'customer', customer_id: 999 }, 'customer_id'],
    ['an unknown role', { role: 'root' }, 'role'],
    ['a short password', { password: 'short' }, 'password'],
    ['no e-mail address', { email: 'x' }, 'email'],
    ['an unknown key', { is_root: true }, 'is_root'],
  ])('%s is 422 with the name of the field', async (_, wrong, field) => {
    const answer = await call('POST', '', {
      email: 'x@isp.example',
      role: 'user',
      password: PASSWORD,
      ...wrong,
    });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
    expect(answer.body.error.fields).toHaveProperty(field);
  });

  it('an e-mail address somebody has, in any case, is 409, also for one of parallel calls', async () => {
    const body = { email: 'dup@isp.example', role: 'user', password: PASSWORD };
    const answers = await Promise.all([
      call('POST', '', body),
      call('POST', '', { ...body, email: 'DUP@isp.example' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.error.code).toBe('email_taken');
  });
});

describe('GET /api/isp/users', () => {
  it('filters and pages by id', async () => {
    const users = [await addUser(api, 'user'), await addUser(api, 'user'), await addUser(api, 'user')];
    await call('POST', `/${users[2]?.id}/disable`);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await call('GET', `?role=user&limit=1&q=user-&disabled=false${cursor}`);
      seen.push(...body.items.map((one: { id: number }) => String(one.id)));
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(expect.arrayContaining([users[0]?.id, users[1]?.id]));
    expect(seen).not.toContain(users[2]?.id);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('takes what is searched for literally', async () => {
    expect((await call('GET', '?q=%25')).body.items).toEqual([]);
  });

  it.each(['/999', '/0', '/x'])('%s is none', async (path) => {
    expect([404, 422]).toContain((await call('GET', path)).status);
  });
});

describe('PATCH /api/isp/users/{id}', () => {
  it('changes what is given and records both sides', async () => {
    const { id } = await addUser(api, 'user');
    const { body } = await call('PATCH', `/${id}`, { role: 'admin', name: 'Eve' });
    expect(body).toMatchObject({ role: 'admin', name: 'Eve' });
    const [entry] = await auditOf(id);
    expect(entry).toMatchObject({
      action: 'user.updated',
      before: { role: 'user', name: null },
      after: { role: 'admin', name: 'Eve' },
    });
  });

  it('a new password ends the sessions of that user', async () => {
    const bob = await newPerson(api, 'user');
    expect((await call('PATCH', `/${bob.id}`, { password: 'another good one' })).status).toBe(200);
    expect((await api.call('GET', '/api/auth/me', { as: bob.caller })).status).toBe(401);
    await signIn(api, bob.email, { password: 'another good one' });
  });

  it('a customer account that becomes staff belongs to no customer any more', async () => {
    const { id } = await addUser(api, 'customer', await addCustomer(api));
    expect((await call('PATCH', `/${id}`, { role: 'user' })).body.customer_id).toBeNull();
  });

  it.each([
    ['the own role', { role: 'user' }],
    ['the own password', { password: 'another good one' }],
  ])('%s is 409 own_account', async (_, body) => {
    const answer = await call('PATCH', `/${ann.id}`, body);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'own_account']);
  });

  it('an e-mail address somebody has is 409, a user nobody is 404, an unknown key 422', async () => {
    const { id } = await addUser(api, 'user');
    const answers = [
      await call('PATCH', `/${id}`, { email: ann.email }),
      await call('PATCH', '/999', { name: 'x' }),
      await call('PATCH', `/${id}`, { disabled_at: null }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 404, 422]);
  });
});

describe('disable and enable', () => {
  it('a disabled user is refused at once, and enabling needs a new sign-in', async () => {
    const bob = await newPerson(api, 'user');
    const { body } = await call('POST', `/${bob.id}/disable`);
    expect(body.disabled_at).not.toBeNull();
    const me = () => api.call('GET', '/api/auth/me', { as: bob.caller });
    expect((await me()).body.error.code).toBe('token_invalid');
    expect((await call('POST', `/${bob.id}/enable`)).body.disabled_at).toBeNull();
    expect((await me()).status).toBe(401);
    await signIn(api, bob.email);
    const actions = (await auditOf(bob.id)).map((one: { action: string }) => one.action);
    expect(actions).toEqual([
      'user.signed_in',
      'user.enabled',
      'user.disabled',
      'user.signed_in',
      'user.created',
    ]);
  });

  it('nobody closes the own account', async () => {
    const answer = await call('POST', `/${ann.id}/disable`);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'own_account']);
  });

  it('a user nobody is 404', async () => {
    const answers = [await call('POST', '/999/disable'), await call('POST', '/999/enable')];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  });

  it('sign-out ends all sessions of a user and says how many', async () => {
    const bob = await newPerson(api, 'user');
    await signIn(api, bob.email);
    expect((await call('POST', `/${bob.id}/sign-out`)).body).toEqual({ sessions_ended: 2 });
    expect((await api.call('GET', '/api/auth/me', { as: bob.caller })).status).toBe(401);
  });
});

describe('the last administrator', () => {
  it('of two who disable each other at once, one stays', async () => {
    const own = await openTestApi();
    try {
      const [eve, bob] = [await newPerson(own, 'admin'), await newPerson(own, 'admin')];
      const disable = (by: Person, whom: Person) =>
        own.call('POST', `/api/isp/users/${whom.id}/disable`, { as: by.caller });
      const answers = await Promise.all([disable(eve, bob), disable(bob, eve)]);
      expect(answers.map(({ status }) => status)).toContain(200);
      const left = await own.db.query(`select 1 from users where role = 'admin' and disabled_at is null`);
      expect(left).toHaveLength(1);
    } finally {
      await own.close();
    }
  });

  it.each([
    ['disabled', 'POST', '/disable', undefined],
    ['made a user', 'PATCH', '', { role: 'user' }],
  ] as const)('cannot be %s by a script of somebody else', async (_, method, path, body) => {
    const own = await openTestApi();
    try {
      const { id } = await addUser(own, 'admin');
      const as = { scopes: ['users.manage'] } as const;
      const answer = await own.call(method, `/api/isp/users/${id}${path}`, { as, ...(body && { body }) });
      expect([answer.status, answer.body.error.code]).toEqual([409, 'last_admin']);
    } finally {
      await own.close();
    }
  });
});

it.each([
  ['nobody', async (): Promise<Caller> => 'nobody', 401],
  ['a user', async (): Promise<Caller> => (await newPerson(api, 'user')).caller, 403],
  [
    'a customer',
    async (): Promise<Caller> => (await newPerson(api, 'customer', await addCustomer(api))).caller,
    403,
  ],
] as const)('%s may do nothing with users, settings and the audit log', async (_, caller, status) => {
  const as = await caller();
  const operations = [
    ['GET', '/api/isp/users'],
    ['POST', '/api/isp/users'],
    ['GET', `/api/isp/users/${ann.id}`],
    ['PATCH', `/api/isp/users/${ann.id}`],
    ['POST', `/api/isp/users/${ann.id}/disable`],
    ['POST', `/api/isp/users/${ann.id}/enable`],
    ['POST', `/api/isp/users/${ann.id}/sign-out`],
    ['DELETE', `/api/isp/users/${ann.id}/totp`],
    ['PATCH', '/api/isp/settings'],
    ['GET', '/api/isp/audit-log'],
  ] as const;
  for (const [method, path] of operations) {
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
    expect((await api.call(method, path, { as, ...body })).status, `${method} ${path}`).toBe(status);
  }
});
