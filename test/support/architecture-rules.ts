import { posix } from 'node:path';
import {
  ambient,
  confined,
  effects,
  type Kind,
  kinds,
  nodeKinds,
  nodeModules,
  packages,
  reserved,
  rooms,
  shells,
  sizes,
  suffixes,
} from './architecture-tables.ts';
import type { Import, SourceFile } from './imports.ts';

/** A rule answers with one sentence per violation. */
export type Rule = (files: readonly SourceFile[]) => readonly string[];

/** What a file may do, told from its suffix, else from its folder. */
export function kindOf(path: string): Kind {
  for (const [suffix, kind] of Object.entries(suffixes)) {
    if (new RegExp(`\\.${suffix}\\.tsx?$`).test(path)) return kind;
  }
  return shells.find(({ place }) => isIn(path, place))?.kind ?? 'pure';
}

/** Every file lies in a room of the table and has a kebab-case name with at most one known suffix. */
export const everyFileHasItsPlace: Rule = (files) =>
  files.flatMap(({ path }) => {
    const wrong: string[] = [];
    const known = rooms.flat().join(', ');
    if (levelOf(path) < 0) wrong.push(`src/${path} lies in no room of architecture-tables.ts (${known}).`);
    const [name = '', ...rest] = posix
      .basename(path)
      .replace(/(\.d)?\.tsx?$/, '')
      .split('.');
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) wrong.push(`src/${path}: file names are kebab-case.`);
    if (rest.length > 1 || rest.some((suffix) => !Object.hasOwn(suffixes, suffix))) {
      wrong.push(`src/${path}: the only suffixes are ${Object.keys(suffixes).join(', ')}, one at a time.`);
    }
    if (name === 'index') wrong.push(`src/${path} is a barrel. Import the file that has the thing.`);
    if (/\.(routes|page)\.tsx?$/.test(path) && !path.startsWith('http/')) {
      wrong.push(`src/${path}: routes and pages lie in http/.`);
    }
    return wrong;
  });

/** A room imports itself and rooms to its left. */
export const roomsImportToTheLeft: Rule = (files) =>
  localImports(files, (file, { target }) => {
    if (target.startsWith('..')) return 'It lies outside src. Read it as a file, or move it.';
    const [from, to] = [roomOf(file.path), roomOf(target)];
    if (from === to || levelOf(target) < levelOf(file.path)) return undefined;
    return `${from} may not import ${to}. Record a domain event, ask for a port, or move the rule to the left.`;
  });

/** A file imports only the kinds of file its own kind may know. */
export const kindsImportWhatTheyMay: Rule = (files) =>
  localImports(files, (file, { target }) => {
    const [from, to] = [kindOf(file.path), kindOf(target)];
    const { mayImport, fix } = kinds[from];
    if (mayImport === 'anything' || mayImport.includes(to)) return undefined;
    // What a shell folder is made of may be known by all of its files.
    if (shells.some(({ place, kind }) => kind === to && isIn(file.path, place) && isIn(target, place))) {
      return undefined;
    }
    return `A ${from} file may import ${mayImport.join(', ')}, not ${to}. ${fix}`;
  });

/** Configuration, the root logger and the supervisor are for the shells that put things together. */
export const reservedPartsStayReserved: Rule = (files) =>
  localImports(files, (file, { target }) => {
    const part = reserved.find(
      (one) => isIn(target, one.part) && !one.by.some((place) => isIn(file.path, place)),
    );
    return part === undefined ? undefined : `Only ${part.by.join(', ')} may. ${part.fix}`;
  });

/** The kernel imports nothing of ours, radius/protocol only the kernel. */
export const confinedPartsStayConfined: Rule = (files) =>
  localImports(files, (file, { target }) => {
    const part = confined.find(({ place }) => isIn(file.path, place));
    if (part === undefined || part.to.some((place) => isIn(target, place))) return undefined;
    return `${part.place} may import only ${part.to.join(', ')}.`;
  });

/** Packages and parts of Node are used in the places made for them. */
export const packagesStayInTheirPlace: Rule = (files) =>
  imports(files, (file, { target, isLocal }) => {
    if (isLocal) return undefined;
    const isNode = target.startsWith('node:');
    const entry = (isNode ? nodeModules : packages).find(({ name }) => isPackage(target, name));
    if (entry !== undefined) {
      return entry.places.some((place) => place.test(file.path))
        ? undefined
        : `It is not for this place. ${entry.fix}`;
    }
    if (!isNode) return 'The package is not in architecture-tables.ts: decide where it may be used.';
    const kind = kindOf(file.path);
    return nodeKinds.includes(kind)
      ? undefined
      : `A ${kind} file may use only node:crypto and node:buffer. ${kinds[kind].fix}`;
  });

/** Clock, chance, environment and console are read at the edges; pure files have no effects. */
export const nothingAmbient: Rule = (files) =>
  files.flatMap((file) =>
    file.globals.flatMap(({ name, line }) => {
      const kind = kindOf(file.path);
      const rule =
        ambient.find(({ use, places }) => use.test(name) && !places.some((place) => place.test(file.path))) ??
        (effects.kinds.includes(kind) &&
        effects.use.test(name) &&
        !effects.places.some((p) => p.test(file.path))
          ? effects
          : undefined);
      return rule === undefined
        ? []
        : [`src/${file.path}:${line} uses ${name} in a ${kind} file. ${rule.fix}`];
    }),
  );

/** A star export hides where a thing comes from just as an index.ts does. */
export const noStarExports: Rule = (files) =>
  imports(files, (_, { isStar }) =>
    isStar ? 'as a star export. Import the file that has the thing.' : undefined,
  );

/** No file reaches itself by its imports, types included. */
export const noCyclesOfFiles: Rule = (files) => {
  const known = new Set(files.map(({ path }) => path));
  const graph = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.map(({ target }) => target).filter((target) => known.has(target)),
    ]),
  );
  return cyclesOf(graph).map(
    (cycle) =>
      `Files import each other: ${cycle.map((path) => `src/${path}`).join(' -> ')}. Move what both need into a third.`,
  );
};

/** The folders of a room have an order too; a folder and its subfolders count as one thing here. */
export const noCyclesOfFolders: Rule = (files) => {
  const graph = new Map<string, string[]>();
  for (const { path, imports } of files) {
    const from = posix.dirname(path);
    const targets = imports
      .filter(({ isLocal }) => isLocal)
      .map(({ target }) => posix.dirname(target))
      .filter(
        (to) => from !== '.' && to !== '.' && !isIn(`${to}/`, `${from}/`) && !isIn(`${from}/`, `${to}/`),
      );
    graph.set(from, [...(graph.get(from) ?? []), ...targets]);
  }
  return cyclesOf(graph).map(
    (cycle) =>
      `Folders import each other: ${cycle.map((path) => `src/${path}`).join(' -> ')}. State their order and keep it.`,
  );
};

/** Files and functions stay small. */
export const nothingTooLong: Rule = (files) =>
  files
    .filter(({ path }) => !sizes.exempt.test(path))
    .flatMap(({ path, lines, functions }) => [
      ...(lines > sizes.fileLinesMax
        ? [`src/${path} has ${lines} lines, ${sizes.fileLinesMax} are allowed. Split it by what it is about.`]
        : []),
      ...functions
        .filter((one) => one.lines > sizes.functionLinesMax)
        .map(
          (one) =>
            `src/${path}:${one.line} ${one.name} has ${one.lines} lines, ${sizes.functionLinesMax} are allowed. Name its steps.`,
        ),
    ]);

type Verdict = (file: SourceFile, one: Import) => string | undefined;

function imports(files: readonly SourceFile[], verdict: Verdict): readonly string[] {
  return files.flatMap((file) =>
    file.imports.flatMap((one) => {
      const sentence = verdict(file, one);
      const target = one.isLocal ? `src/${one.target}` : one.target;
      return sentence === undefined
        ? []
        : [`src/${file.path}:${one.line} imports ${target}: ${sentence.trim()}`];
    }),
  );
}

function localImports(files: readonly SourceFile[], verdict: Verdict): readonly string[] {
  return imports(files, (file, one) => (one.isLocal ? verdict(file, one) : undefined));
}

/** `place` is a folder with its slash, or a file. */
function isIn(path: string, place: string): boolean {
  return place.endsWith('/') ? path.startsWith(place) : path === place;
}

function isPackage(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

function roomOf(path: string): string {
  const [first = ''] = path.split('/');
  return first.replace(/\.tsx?$/, '');
}

function levelOf(path: string): number {
  return rooms.findIndex((level) => level.includes(roomOf(path)));
}

/** One cycle for each place where a walk in depth meets its own path again; a node closes a cycle once. */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    const at = path.indexOf(node);
    if (at >= 0) cycles.push([...path.slice(at), node]);
    if (at >= 0 || done.has(node)) return;
    for (const next of new Set(graph.get(node))) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return cycles;
}
