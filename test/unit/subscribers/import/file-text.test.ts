import { expect, it } from 'vitest';
import { FileText } from '../../../../src/subscribers/import/file-text.ts';

const text = 'имя;пароль\r\nжук,"1"\r\n';
const utf16be = (s: string) => Buffer.from(s, 'utf16le').swap16();

it.each<[string, Buffer]>([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
  ['UTF-16 little endian with a byte order mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16 big endian with a byte order mark', utf16be(`\ufeff${text}`)],
])('%s is read, however it is cut', (_, octets) => {
  for (const size of [2, 3, 7, octets.length]) {
    const file = new FileText('x.csv');
    let read = '';
    for (let at = 0; at < octets.length; at += size) read += file.push(octets.subarray(at, at + size));
    expect(read + file.end()).toBe(text);
  }
});

it('UTF-16 without a byte order mark is known by the zero octets of its letters', () => {
  expect(new FileText('x').push(Buffer.from('username,password\n', 'utf16le'))).toBe('username,password\n');
  expect(new FileText('x').push(utf16be('username,password\n'))).toBe('username,password\n');
});

it('an old code page is refused and not guessed', () => {
  expect(() => new FileText('x.csv').push(Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]))).toThrow(
    /'x.csv' is neither UTF-8 nor UTF-16/,
  );
});

it('an empty file is empty', () => {
  expect(new FileText('x').end()).toBe('');
});
