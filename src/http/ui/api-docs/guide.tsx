import type { Child } from 'hono/jsx';

/** What holds for every operation, said once before all of them. */
export function Guide() {
  return (
    <section class="guide" aria-label="What holds everywhere">
      <Rule title="Sign in">
        Send <code>Authorization: Bearer TOKEN</code>: the access token of <code>POST /api/auth/login</code>,
        or an API token made for a script. <code>SERVER</code> in the examples is where you read this page.
      </Rule>
      <Rule title="Errors">
        Every failure answers <code>{'{"error": {"code", "message", "fields"?}}'}</code>. The code is stable;
        the message says how to mend it; <code>fields</code> names each bad field.
      </Rule>
      <Rule title="Money">
        Whole minor units of the currency: <code>3000</code> is KES 30.00. Percentages are decimal strings
        such as <code>"16"</code>.
      </Rule>
      <Rule title="Lists">
        Pages of up to 100 with <code>limit</code> and <code>cursor</code>; <code>next_cursor</code> is null
        on the last. <code>Accept: text/csv</code> streams all rows.
      </Rule>
      <Rule title="Send it again">
        A POST with an <code>Idempotency-Key</code> may be repeated for 48 hours: the same answer, marked{' '}
        <code>Idempotency-Replayed: true</code>, and nothing is done twice.
      </Rule>
      <Rule title="Change what you saw">
        Send the <code>ETag</code> you read as <code>If-Match</code>: if somebody changed it meanwhile you get
        409 <code>version_conflict</code>.
      </Rule>
    </section>
  );
}

function Rule({ title, children }: { readonly title: string; readonly children: Child }) {
  return (
    <div>
      <h3>{title}</h3>
      <p>{children}</p>
    </div>
  );
}

/** The statuses an error may have, with what to do about each. */
export function Statuses() {
  return (
    <section class="card" aria-labelledby="statuses">
      <header>
        <h2 id="statuses">Statuses of errors</h2>
      </header>
      <ul class="rows statuses">
        {STATUSES.map(([status, words]) => (
          <li>
            <code>{status}</code>
            <span>{words}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const STATUSES: readonly (readonly [number, string])[] = [
  [400, 'The body is no JSON.'],
  [401, 'Nobody is signed in, or the token is wrong or over.'],
  [402, 'Money is missing: a wallet does not hold the price.'],
  [403, 'The permission is missing, or HTTPS is demanded.'],
  [404, 'There is nothing of that id that you may see.'],
  [409, 'A state or a taken name stands in the way; the code says which.'],
  [413, 'The body is larger than 4 MiB.'],
  [422, 'A field is wrong: see fields.'],
  [429, 'Too many: wait for the seconds of Retry-After.'],
  [500, 'A fault of ours: the log has it under the X-Request-Id of the answer.'],
  [503, 'The database or a router is away: try again.'],
];
