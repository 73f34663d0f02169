/** Colours and measures of everything printed; points of 1/72 inch. Colours are those of the pages on the screen. */
export const COLOUR = {
  ink: '#101828',
  soft: '#475467',
  faint: '#667085',
  line: '#e4e7ec',
  sunken: '#f6f7f9',
  accent: '#2456d6',
  accentSoft: '#edf2ff',
  white: '#ffffff',
} as const;

export const TONES = {
  good: { ink: '#067647', ground: '#e8f8ef' },
  bad: { ink: '#b42318', ground: '#fef1f0' },
  warn: { ink: '#92500a', ground: '#fef6e7' },
  calm: { ink: '#475467', ground: '#f1f3f6' },
} as const;

export const PAGE = { margin: 46, top: 42, bottom: 56, gap: 18 } as const;

/** Sizes of type. */
export const TYPE = { title: 22, name: 15, headline: 17, body: 9.5, small: 8, tiny: 7.5 } as const;

/** Height of a line of type. */
export function lineHeight(size: number): number {
  return size * 1.38;
}
