/**
 * One figure for each currency, with the one that is asked for first: money of different currencies is never added
 * (billing-rules M2).
 */
export interface ByCurrency<Figures> {
  readonly shown: Figures & InCurrency;
  /** All that have figures, by name; the one shown at least. */
  readonly all: readonly (Figures & InCurrency)[];
}

export interface InCurrency {
  readonly currency: string;
}

/**
 * Orders figures: the currency that was asked for is shown; else the installation's own, or, where nothing is in
 * that, the first one there is.
 */
export function byCurrency<Figures extends object>(
  figures: ReadonlyMap<string, Figures>,
  choice: { readonly asked: string | undefined; readonly own: string; readonly empty: Figures },
): ByCurrency<Figures> {
  const { asked, own, empty } = choice;
  const names = [...figures.keys()].sort();
  const name = asked ?? (figures.has(own) ? own : (names[0] ?? own));
  const all = figures.has(name) ? names : [...names, name].sort();
  const of = (currency: string) => ({ ...(figures.get(currency) ?? empty), currency });
  return { shown: of(name), all: all.map(of) };
}
