import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellQuote } from '../../src/model/remedy.ts';

const PARTS = [
  '',
  "'",
  '\x1b[2J',
  '\u009b2J',
  '\r',
  '\u202e',
  '\n',
  '\t',
  '$(id)',
  '`id`',
  '\\',
  '"',
  '%s',
  '\\033',
  'é',
  '😀',
];
const word = fc
  .array(fc.oneof(fc.constantFrom(...PARTS), fc.string()), { maxLength: 6 })
  .map((parts) => parts.join('').toWellFormed().replaceAll('\0', ''));

it('is the word again for a shell, and nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), (words) => {
      const text = words.map(shellQuote).join(' ');
      expect(text).not.toMatch(/[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}\p{Co}]/u);
      const said = execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' });
      expect(said.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 50 },
  );
});
