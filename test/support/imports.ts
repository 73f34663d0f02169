import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** One import, re-export, `import()` or `import('x').T` of a file. */
export interface Import {
  /** A file below src (`kernel/ids.ts`) for a relative import, else the specifier as written. */
  readonly target: string;
  readonly isLocal: boolean;
  /** A re-export of everything, `export * from`. */
  readonly isStar: boolean;
  readonly line: number;
}

/** A function, method or arrow with the lines it covers. */
export interface SourceFunction {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** A use of something the runtime offers without an import: `Date.now`, `process.env`, `console`. */
export interface GlobalUse {
  readonly name: string;
  readonly line: number;
}

/** What the rules of the architecture need to know about one file; `path` is relative to src. */
export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly functions: readonly SourceFunction[];
  readonly globals: readonly GlobalUse[];
}

/** Reads every TypeScript file below `root`, in order of path. */
export function readSources(root: string): readonly SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path))
    .sort()
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
}

/** Reads one file from its text; a file that does not parse throws. */
export function readSource(path: string, text: string): SourceFile {
  const lang = path.endsWith('.d.ts') ? 'dts' : path.endsWith('.tsx') ? 'tsx' : 'ts';
  const lineAt = lineFinder(text);
  const file = { imports: [] as Import[], functions: [] as SourceFunction[], globals: [] as GlobalUse[] };
  walk(parseAst(text, { lang, sourceType: 'module' }, path), undefined, (node, parent) => {
    const specifier = specifierOf(node);
    const line = lineAt(node.start);
    if (specifier !== undefined) {
      const isLocal = specifier.startsWith('.');
      const target = isLocal ? posix.join(posix.dirname(path), specifier) : specifier;
      file.imports.push({ target, isLocal, isStar: node.type === 'ExportAllDeclaration', line });
    }
    if (functionTypes.has(node.type) && isNode(node.body)) {
      file.functions.push({ name: functionName(node, parent), line, lines: lineAt(node.end) - line + 1 });
    }
    const name = globalUse(node);
    if (name !== undefined) file.globals.push({ name, line });
  });
  const lines = text === '' ? 0 : lineAt(text.length) - (text.endsWith('\n') ? 1 : 0);
  return { path, lines, ...file };
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

const globalObjects = new Set(['Date', 'Math', 'process', 'performance', 'Temporal', 'globalThis']);
const globalFunctions = new Set(['fetch', 'setTimeout', 'setInterval', 'setImmediate']);

/** Every import takes its specifier from the same property, whatever kind it is. */
const importTypes = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

function specifierOf(node: Node): string | undefined {
  if (!importTypes.has(node.type) || !isNode(node.source)) return undefined;
  const { value } = node.source;
  if (typeof value === 'string') return value;
  throw new Error(`An import() of something computed at offset ${node.start}: the rules cannot follow it.`);
}

function functionName(node: Node, parent: Node | undefined): string {
  for (const named of [node.id, parent?.key, parent?.id]) {
    if (isNode(named) && typeof named.name === 'string') return named.name;
  }
  return 'an unnamed function';
}

/** The name of the global a node uses: `Date.now`, `new Date()`, `console`, `setTimeout`. */
function globalUse(node: Node): string | undefined {
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const callee = identifier(node.callee);
    const isNow = callee === 'Date' && Array.isArray(node.arguments) && node.arguments.length === 0;
    if (isNow) return 'new Date()';
    if (callee !== undefined && globalFunctions.has(callee)) return callee;
  }
  if (node.type !== 'MemberExpression') return undefined;
  const object = identifier(node.object);
  if (object === 'console') return 'console';
  if (object === undefined || !globalObjects.has(object)) return undefined;
  return `${object}.${identifier(node.property) ?? '[computed]'}`;
}

function identifier(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Identifier' && typeof value.name === 'string'
    ? value.name
    : undefined;
}

function walk(
  value: unknown,
  parent: Node | undefined,
  visit: (node: Node, parent: Node | undefined) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, parent, visit);
  } else if (isNode(value)) {
    visit(value, parent);
    for (const child of Object.values(value)) walk(child, value, visit);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Maps an offset to its line, counted from 1, by halving over the line starts. */
function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
