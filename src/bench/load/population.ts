/** A plan of the bench: what is sold and what every Accept of its subscribers must say. */
export interface BenchPlan {
  readonly code: string;
  readonly name: string;
  /** Canonical Mikrotik-Rate-Limit, upload first. */
  readonly rateLimit: string;
  readonly pool: string;
  /** Gigabytes far beyond what is sent, so that the allowance is looked at and never used up. */
  readonly dataLimitGb: string | undefined;
}

/** Subscriber n has plan n mod 4. */
export const PLANS: readonly BenchPlan[] = [
  { code: 'HOME10', name: 'Home 10', rateLimit: '10M/10M', pool: 'pool-home', dataLimitGb: '900000000' },
  { code: 'HOME20', name: 'Home 20', rateLimit: '5M/20M', pool: 'pool-home', dataLimitGb: undefined },
  { code: 'HOME50', name: 'Home 50', rateLimit: '20M/50M', pool: 'pool-home', dataLimitGb: '900000000' },
  {
    code: 'BIZ100',
    name: 'Business 100',
    rateLimit: '100M/100M 120M/120M 80M/80M 8/8',
    pool: 'pool-biz',
    dataLimitGb: undefined,
  },
];

/** Names and packets have room for six digits. */
export const USERS_MAX = 1_000_000;
/** Characters of every password. */
export const PASSWORD_SIZE = 13;

const ROWS_PER_PIECE = 2_000;

/** The plan of a subscriber. */
export function planOf(user: number): BenchPlan {
  return PLANS[user % PLANS.length];
}

/** `user000042`. */
export function userName(user: number): string {
  return `user${String(user).padStart(6, '0')}`;
}

/** Different for every subscriber and always `PASSWORD_SIZE` characters, so that requests have one layout. */
export function passwordOf(user: number): string {
  let mixed = Math.imul(user + 1, 2_654_435_761);
  mixed ^= mixed >>> 15;
  return `pw${String(user).padStart(6, '0')}-${hex(mixed & 0xffff, 4)}`;
}

/** The MAC address a subscriber dials from: always the same, as a router in a home has it. */
export function macOf(user: number): string {
  const digits = hex(user, 8).toUpperCase();
  return `02:${digits.match(/../g)?.join(':')}:01`;
}

/** Acct-Session-Id of the n-th session of a run: eight hexadecimal digits, in order of their numbers. */
export function sessionIdText(session: number): string {
  return hex(session, 8);
}

/** The subscribers as the pieces of a CSV file that `import subscribers` reads. */
export function* subscribersCsv(users: number): Generator<string> {
  yield 'username,password,package\n';
  for (let first = 0; first < users; first += ROWS_PER_PIECE) {
    let piece = '';
    for (let user = first; user < Math.min(users, first + ROWS_PER_PIECE); user += 1) {
      piece += `${userName(user)},${passwordOf(user)},${planOf(user).code}\n`;
    }
    yield piece;
  }
}

/** Every subscriber once, in an order that jumps about: index to subscriber. */
export function scatter(users: number): (index: number) => number {
  let stride = Math.max(1, Math.floor(users * 0.618_033_988_7));
  while (greatestCommonDivisor(stride, users) !== 1) stride += 1;
  return (index) => (index * stride) % users;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
