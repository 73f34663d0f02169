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
