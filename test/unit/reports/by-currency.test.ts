import { expect, it } from 'vitest';
import { byCurrency } from '../../../src/reports/figures/by-currency.ts';

const figures = (...names: string[]) => new Map(names.map((name, index) => [name, { sum: index + 1 }]));
const empty = { sum: 0 };

it.each([
  ['the installation’s own', ['KES', 'USD'], undefined, 'KES', ['KES', 'USD']],
  ['the one that was asked for', ['KES', 'USD'], 'USD', 'USD', ['KES', 'USD']],
  ['one without figures, with zeros', ['KES'], 'TND', 'TND', ['KES', 'TND']],
  ['the first there is, when the own has none', ['USD', 'EUR'], undefined, 'EUR', ['EUR', 'USD']],
  ['the own, when there are none at all', [], undefined, 'KES', ['KES']],
])('shows %s', (_, names, asked, shown, all) => {
  const result = byCurrency(figures(...names), { asked, own: 'KES', empty });
  expect([result.shown.currency, result.all.map(({ currency }) => currency)]).toEqual([shown, all]);
  expect(result.all).toContainEqual(result.shown);
});

it('has zeros for a currency without figures', () => {
  expect(byCurrency(figures('KES'), { asked: 'TND', own: 'KES', empty }).shown).toEqual({
    currency: 'TND',
    sum: 0,
  });
});
