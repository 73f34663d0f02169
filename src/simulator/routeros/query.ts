/** An item of the router as it prints it. */
export type Row = Readonly<Record<string, string>>;

/**
 * Whether an item passes the query words of a print (without their question mark), evaluated on a stack as RouterOS
 * does (routeros-api section 3); what is left on the stack must all be true.
 */
export function passes(row: Row, queries: readonly string[]): boolean {
  const stack: boolean[] = [];
  for (const query of queries) {
    if (query.startsWith('#')) operate(stack, query.slice(1));
    else stack.push(holds(row, query));
  }
  return stack.every(Boolean);
}

function holds(row: Row, query: string): boolean {
  const [sign = ''] = /^[-<>=]/.exec(query) ?? [];
  const rest = query.slice(sign.length);
  const at = rest.indexOf('=');
  const name = at < 0 ? rest : rest.slice(0, at);
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  if (sign === '-') return value === undefined;
  if (at < 0) return value !== undefined;
  if (value === undefined) return false;
  const wanted = rest.slice(at + 1);
  if (sign === '<') return Number(value) < Number(wanted);
  if (sign === '>') return Number(value) > Number(wanted);
  return value === wanted;
}

function operate(stack: boolean[], operations: string): void {
  for (const operation of operations) {
    const top = stack.pop() ?? false;
    if (operation === '!') stack.push(!top);
    if (operation === '&') stack.push((stack.pop() ?? false) && top);
    if (operation === '|') stack.push((stack.pop() ?? false) || top);
  }
}
