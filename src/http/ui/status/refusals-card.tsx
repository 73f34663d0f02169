import type { RejectReason } from '../../../radius/policy/decision.ts';
import type { Refusals } from '../../../reports/system-status.ts';
import { formatCount } from '../format.ts';

const ROWS_MAX = 6;

const WORDS: Readonly<Record<RejectReason, string>> = {
  unknown_user: 'Unknown user name',
  wrong_password: 'Wrong password',
  service_pending: 'Not activated yet',
  service_suspended: 'Suspended',
  service_expired: 'Expired',
  service_cancelled: 'Cancelled',
  validity_over: 'Validity over',
  data_cap: 'Allowance used up',
  mac_mismatch: 'Another MAC address',
  nas_not_allowed: 'Not on this router',
  too_many_sessions: 'Too many sessions',
  eap_not_offered: 'Asked for EAP',
  no_credentials: 'Sent no password',
};
const WORD_OF: ReadonlyMap<string, string> = new Map(Object.entries(WORDS));

/** Why logins were refused lately: counts by reason, nobody's name. */
export function RefusalsCard({ refusals }: { readonly refusals: readonly Refusals[] }) {
  if (refusals.length === 0) return <div hidden data-live="refusals" />;
  const most = Math.max(...refusals.map(({ count }) => count));
  return (
    <section class="card" data-live="refusals">
      <header>
        <h2>Refused logins</h2>
        <p>last 10 minutes</p>
      </header>
      <ul class="meters">
        {refusals.slice(0, ROWS_MAX).map(({ reason, count }) => (
          <li>
            <span>{WORD_OF.get(reason) ?? reason}</span>
            <b>{formatCount(count)}</b>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect class="all" width="100" height="4" />
              <rect class="part" width={(count / most) * 100} height="4" />
            </svg>
          </li>
        ))}
      </ul>
    </section>
  );
}
