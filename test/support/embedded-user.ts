import { openEmbedded } from '../../src/db/embedded/launcher.ts';

/**
 * A process of its own that uses the embedded database of the DATA_DIR it is given: prints the
 * url once it is open, releases when its standard input ends, prints what the launcher says.
 */
const database = await openEmbedded({
  dataDir: process.argv[2] ?? '',
  log: (line) => process.stdout.write(`log ${line}\n`),
});
process.stdout.write(`url ${database.url}\n`);
process.stdin.resume().once('end', () => {
  void database.release().then(() => process.exit(0));
});
