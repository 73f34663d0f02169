import bidiFactory from 'bidi-js';

/** The scripts there are fonts for: `arabic`, and `latin` for everything else. */
export type Script = 'latin' | 'arabic';

/** A piece of a line that one font draws. */
export interface Run {
  readonly text: string;
  readonly script: Script;
}

const bidi = bidiFactory();
const ARABIC = /[\u0600-\u06ff\u0750-\u077f\ufdfc]/;
/** What a font engine turns round by itself, Arabic digits too, though they are read to the right. */
const TURNED = /\p{Script=Arabic}/u;
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** One line in the order it is drawn, left to right (Unicode bidirectional algorithm). */
export function visualRuns(line: string): Run[] {
  if (!ARABIC.test(line)) return runsOf([{ text: line, script: 'latin' }]);
  const levels = bidi.getEmbeddingLevels(line, 'auto');
  const pieces: Piece[] = [];
  for (const index of bidi.getReorderedIndices(line, levels)) {
    const character = line[index] ?? '';
    const isBackward = (levels.levels[index] ?? 0) % 2 === 1;
    const script = ARABIC.test(character) || (isBackward && character === ' ') ? 'arabic' : 'latin';
    const last = pieces.at(-1);
    if (last !== undefined && last.isBackward === isBackward && last.script === script)
      last.drawn += character;
    else pieces.push({ drawn: character, script, isBackward });
  }
  return runsOf(
    pieces.map(({ drawn, script, isBackward }) => ({ text: forEngine(drawn, isBackward), script })),
  );
}

interface Piece {
  /** In the order it is seen. */
  drawn: string;
  readonly script: Script;
  readonly isBackward: boolean;
}

/** The text an engine, which turns Arabic round, draws as it is to be seen. */
function forEngine(drawn: string, isBackward: boolean): string {
  const shown = isBackward ? [...drawn].map((one) => bidi.getMirroredCharacter(one) ?? one).join('') : drawn;
  return TURNED.test(shown) ? [...shown].reverse().join('') : shown;
}

function runsOf(runs: readonly Run[]): Run[] {
  return runs
    .map(({ text, script }) => ({ text: text.replace(INVISIBLE, ''), script }))
    .filter(({ text }) => text !== '');
}
