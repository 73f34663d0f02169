import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseDictionary } from '../src/radius/protocol/dictionary-parser.ts';
import { dictionarySource } from '../src/radius/protocol/dictionary-source.ts';

// Turns dictionaries/* into the table the server uses: npm run dict:generate
const folder = new URL('../dictionaries/', import.meta.url);
const files = readdirSync(folder)
  .sort()
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
const parsed = parseDictionary(files);
if (parsed.ok) {
  writeFileSync(
    new URL('../src/radius/protocol/generated/attributes.ts', import.meta.url),
    dictionarySource(parsed.value),
  );
  process.stdout.write(
    `${parsed.value.attributes.length} attributes, ${parsed.value.vendors.length} vendors written.\n`,
  );
} else {
  process.stderr.write(`${parsed.error}\n`);
  process.exitCode = 1;
}
