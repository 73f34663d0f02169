import { configKeys } from './keys.ts';

const wrapColumns = 100;

/** The text of `.env.example`: every key with its sentence, commented out at its default or its example. */
export function envExample(): string {
  const head = [
    '# Settings of NetFlow ISP. Copy this file to .env and remove the # where you want another value;',
    '# variables of the process win over the file. Generated: node --import tsx scripts/generate-env-example.ts',
  ];
  const blocks = Object.values(configKeys).map((key) => {
    const value = key.default === undefined ? `#${key.env}=` : `#${key.env}=${key.default}`;
    const allowed = `It must be ${key.allowed}. Example: ${key.example}`;
    return [...wrapped(key.doc), ...wrapped(allowed), value].join('\n');
  });
  return `${[head.join('\n'), ...blocks].join('\n\n')}\n`;
}

/** The text of docs/configuration.md. */
export function configurationMarkdown(): string {
  const rows = Object.values(configKeys).map((key) => {
    const value = key.default === undefined ? 'none' : `\`${key.default}\``;
    return `| \`${key.env}\` | ${value} | ${key.allowed} | ${key.doc} |`;
  });
  return `${[
    '# Configuration',
    '',
    'The process is configured by environment variables, read once at start, and by a file `.env` in the',
    'working directory; a variable of the process wins over the file. An empty value counts as absent. A bad',
    'value stops the start with one sentence that names the variable, the value and what is allowed. What an',
    'operator changes while the system runs (suspension days, taxes, reminders) is kept in the database.',
    '',
    '| variable | default | allowed | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'This page is made from `src/platform/config/keys.ts` by `node --import tsx scripts/generate-env-example.ts`.',
  ].join('\n')}\n`;
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > wrapColumns) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
