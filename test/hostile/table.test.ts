import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { documents, words } from './attacks.ts';
import { FORMS } from './checks.ts';
import { hostileInput } from './table.ts';

it('the table of attacks and doors is the one of this corpus', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../docs/hostile-input.md'), 'utf8');
  expect(page, 'npm run gen:hostile writes it').toBe(hostileInput());
});

it('no two attacks are the same', () => {
  const texts = [...words, ...documents].map((one) => one.bytes('x').toString('latin1'));
  expect(new Set(texts).size).toBe(texts.length);
});

// What looks for harm must find it.
it.each([
  ['terminal', 'x\x1b[31m'],
  ['terminal', 'x\x9b31m'],
  ['terminal', '\u202ex'],
  ['terminal', 'a\rb'],
  ['json', '{"a": "\x9b"}'],
  ['jsonLines', '{"a": 1}\n{"a": "\u200b"}\n'],
  ['html', '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; x"><img src=x>'],
  ['html', '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; x"><p onclick="x">'],
  ['html', '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; x"><a href="javascript:x">x</a>'],
  ['html', '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; x"><script>x</script>'],
  ['markdown', '<b>x</b>'],
  ['markdown', '![x](http://evil.example/x)'],
  ['markdown', '[x](javascript:x)'],
  ['junit', '<testsuites><x/></testsuites>'],
  ['junit', '<testsuites>&e;</testsuites>'],
  ['nagios', 'SSH OK - x|y=1|total=1s;;;0\n'],
  ['nagios', 'SSH OK - x\nmore | y\n'],
  ['prometheus', 'sshwhy_login_open{destination="x"} 1\nowned 1\n'],
  ['prometheus', 'sshwhy_login_open{destination="x"y"} 1\n'],
  ['github', '::error title=sshwhy x::y\n::set-output name=x::y\n'],
  ['github', '::stop-commands::0123\nx\n'],
  ['csv', 'a,b\r\n=1+1,x\r\n'],
  ['csv', 'a,b\r\nx\r\n'],
] as const)('%s: %j is found', (form, text) => {
  expect(() => FORMS[form](text)).toThrow();
});
