/**
 * Where the product's own files lie: `src` when it runs from its sources, `dist` when it runs from the build. The build
 * puts the code of many files into one, so no file looks beside itself; what is not code has the same place in both.
 */
const [, productRoot = '', codeName = ''] = /^(.*)[\\/](src|dist)(?=[\\/]|$)/.exec(import.meta.dirname) ?? [];

/** The folder that holds package.json. */
export const productFolder: string = productRoot;

/** A file or folder that comes with the code, by its path below `src`, such as `db/migrations`. */
export function productFile(path: string): string {
  return `${productRoot}/${codeName}/${path}`;
}

/** A program that is started in a process or thread of its own, by its path below `src` without its ending. */
export function productProgram(path: string): string {
  return productFile(`${path}${codeName === 'src' ? '.ts' : '.js'}`);
}
