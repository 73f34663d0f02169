import type { CustomerId } from '../../src/kernel/ids.ts';
import { createUser } from '../../src/platform/identity/user.service.ts';
import type { UserRole } from '../../src/platform/identity/user.ts';
import type { TestApi } from './api.ts';
import { hasher } from './identity.ts';

export const PASSWORD = 'correct horse battery';

/** Somebody who has signed in for real. */
export interface Person {
  readonly id: string;
  readonly email: string;
  /** For `as`. */
  readonly caller: { readonly bearer: string };
  readonly refreshToken: string;
}

let people = 0;

/** Adds a user straight to the database; the password is `PASSWORD`. */
export async function addUser(
  api: TestApi,
  role: UserRole,
  customerId?: string,
): Promise<{ id: string; email: string }> {
  people += 1;
  const email = `${role}-${people}@isp.example`;
  const fields = { email, role, name: undefined, customerId: customerId as CustomerId | undefined };
  return createUser({ db: api.db, hasher }, { ...fields, password: PASSWORD }, { kind: 'cli', name: 'test' });
}

/** Signs in through the API; throws what it answers when that is no success. */
export async function signIn(api: TestApi, email: string, more: object = {}): Promise<Person> {
  const body = { email, password: PASSWORD, ...more };
  const answer = await api.call('POST', '/api/auth/login', { as: 'nobody', body });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return {
    id: String(answer.body.user.id),
    email,
    caller: { bearer: answer.body.access_token },
    refreshToken: answer.body.refresh_token,
  };
}

/** Adds a user of a role and signs in as them. */
export async function newPerson(api: TestApi, role: UserRole, customerId?: string): Promise<Person> {
  return signIn(api, (await addUser(api, role, customerId)).email);
}

/** Adds a customer; answers the id. */
export async function addCustomer(api: TestApi): Promise<string> {
  const [row] = await api.db.query<{ id: string }>(
    `insert into customers (name, currency) values ('Ann', 'KES') returning id`,
  );
  return String(row?.id);
}
