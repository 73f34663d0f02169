import type { Temporal } from 'temporal-polyfill';
import type { CardSheet } from '../../platform/printing/sheet.ts';
import type { Settings } from '../../platform/settings/setting.ts';
import type { Voucher } from '../prepaid/voucher.ts';
import { companyName } from './issuer.ts';
import { wordingFor } from './wording.ts';

/** A batch of vouchers as cards to be cut; `packageName` names what package vouchers are for. */
export function voucherCards(batch: {
  readonly name: string;
  readonly vouchers: readonly (Voucher & { readonly code: string })[];
  readonly packageName: string | undefined;
  readonly settings: Settings;
  readonly madeAt: Temporal.Instant;
}): CardSheet {
  const { settings, packageName } = batch;
  const dates = wordingFor(settings.document_locale, settings.isp_currency);
  return {
    kind: 'cards',
    title: batch.name,
    madeAtMs: batch.madeAt.epochMilliseconds,
    paper: settings.document_paper,
    issuerName: companyName(settings),
    cards: batch.vouchers.map(({ code, worth, expiresAt }) => ({
      code,
      worth:
        worth.type === 'credit'
          ? wordingFor(settings.document_locale, worth.currency).money(worth.valueMinor)
          : (packageName ?? ''),
      note:
        expiresAt === undefined
          ? 'Use once'
          : `Use once, before ${dates.date(expiresAt.toZonedDateTimeISO(settings.isp_timezone).toPlainDate())}`,
      link:
        settings.voucher_link === ''
          ? undefined
          : settings.voucher_link.replaceAll('{code}', encodeURIComponent(code)),
    })),
  };
}
