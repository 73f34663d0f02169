import { describe, expect, it } from 'vitest';
import { visualRuns } from '../../../../src/platform/printing/layout/visual-runs.ts';

const drawn = (line: string): string[] => visualRuns(line).map(({ text, script }) => `${script}: ${text}`);

describe('a line is drawn', () => {
  it.each<[rule: string, line: string, runs: string[]]>([
    ['in one run when it is Latin', 'Łódź, Москва', ['latin: Łódź, Москва']],
    ['in one run, as it is read, when it is Arabic', 'أمينة محمد', ['arabic: أمينة محمد']],
    ['to the left from its first letter', 'محمد Ltd', ['latin: Ltd', 'arabic: محمد ']],
    ['to the right when it begins so', 'For محمد', ['latin: For ', 'arabic: محمد']],
    ['with brackets turned round', '(محمد)', ['latin: (', 'arabic: محمد', 'latin: )']],
    // What the engine turns round again is handed to it the other way about.
    ['with Arabic amounts from the highest digit on', '١٬٢٣٤', ['arabic: ٤٣٢٬١']],
    ['with Arabic numbers beside words so too', 'شارع ١٤', ['arabic: ٤١', 'arabic: شارع ']],
    ['without marks of direction and control characters', '\u200eA\u0000\u202eB', ['latin: AB']],
  ])('%s', (_, line, runs) => expect(drawn(line)).toEqual(runs));
});
