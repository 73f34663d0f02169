import type { Queryable } from '../../db/database.ts';
import { FOREVER, IN_TRIAL, type PriceRow, priceOf, REPORT_DEADLINE, TERM_COLUMNS } from './price-row.ts';
import type { RecurringPrice } from './recurring.ts';

/** What services pay now that count for MRR (billing-rules Z1): in use, out of trial, prepaid only with auto-renew. */
export async function recurringPrices(
  q: Queryable,
  moment: { readonly now: string; readonly today: string },
): Promise<RecurringPrice[]> {
  const rows = await q.query<PriceRow>(
    `with ${FOREVER}
     select k.currency, k.price, ${TERM_COLUMNS}, count(*) as services
     from isp_services s join isp_packages k on k.id = s.package_id left join forever f on f.service_id = s.id
     where s.status in ('active', 'throttled') and (k.model = 'postpaid' or s.auto_renew) and not ${IN_TRIAL}
     group by 1, 2, 3, 4, 5, 6, 7`,
    [moment.now, moment.today],
    REPORT_DEADLINE,
  );
  return rows.map(priceOf);
}
