const WORDS_MAX = 6;

/**
 * The full-text query for customers who have all these words, or words that begin with them; undefined when there is
 * no word in the text. Words part where the `search` column parts them: at anything that is no letter or digit.
 */
export function searchQuery(text: string): string | undefined {
  const words = text.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  if (words.length === 0) return undefined;
  return words
    .slice(0, WORDS_MAX)
    .map((word) => `'${word}':*`)
    .join(' & ');
}

/**
 * Where, in the order of their octets, the user names lie that begin with the text, in lower case: from `from` to
 * below `to`. As bounds rather than a LIKE, so that a plan made for any text can still use the index.
 */
export function prefixRange(text: string): { readonly from: string; readonly to: string } {
  const from = text.trim().toLowerCase();
  return { from, to: `${from}\u{10ffff}` };
}

const PHONE_CHARACTERS = /^[\s\d+()./-]+$/;
const PHONE_DIGITS = { min: 8, max: 15 } as const;

/**
 * The digits of a phone number without what spellings differ in at the front (`+`, `00`, the zero of calls within the
 * country), as `254712345678` or `712345678`; undefined for what is too short to be a whole number, or no number.
 */
export function phoneDigits(text: string): string | undefined {
  if (!PHONE_CHARACTERS.test(text)) return undefined;
  const digits = text.replaceAll('(0)', '').replace(/\D/g, '').replace(/^0+/, '');
  return digits.length < PHONE_DIGITS.min || digits.length > PHONE_DIGITS.max ? undefined : digits;
}
