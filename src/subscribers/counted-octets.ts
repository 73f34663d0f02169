/** Which octets count against an allowance (billing-rules O1, setting `usage_counting`). */
export type UsageCounting = 'total' | 'download' | 'upload';

/** The octets that count. */
export function countedOctets(
  usage: { readonly uploadOctets: bigint; readonly downloadOctets: bigint },
  counting: UsageCounting,
): bigint {
  if (counting === 'download') return usage.downloadOctets;
  if (counting === 'upload') return usage.uploadOctets;
  return usage.uploadOctets + usage.downloadOctets;
}

/** The same in SQL, by the setting as it is when the statement runs, of the row of a segment with this alias. */
export function countedOctetsSql(alias: string): string {
  return `case (select value #>> '{}' from isp_configurations where key = 'usage_counting')
    when 'download' then ${alias}.download_octets when 'upload' then ${alias}.upload_octets
    else ${alias}.upload_octets + ${alias}.download_octets end`;
}
