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

/** A LIKE pattern for user names that begin with the text, in lower case. */
export function prefixPattern(text: string): string {
  return `${text
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')}%`;
}
