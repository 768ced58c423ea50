import { describe, expect, it } from 'vitest';
import { parseAuthorizedKeys } from '../../../src/facts/access/authorized-keys.ts';
import { mendKeyLine } from '../../../src/facts/access/mend-key-line.ts';
import { key, text } from './keys.ts';

const whole = text('ed25519.pub');
const wanted = key('ed25519').fingerprint;
const other = text('other.pub');

function mended(file: readonly string[], offered = [wanted]): string[] | undefined {
  const changes = mendKeyLine('/f', file, parseAuthorizedKeys(file).skipped, offered);
  if (!changes) return undefined;
  const after = [...file];
  for (const change of changes) {
    if (change.kind !== 'line') throw new Error('only lines are changed');
    expect(change.was).toBe(after[change.line - 1]?.replace(/\\r$/, ''));
    after[change.line - 1] = change.becomes ?? `# ${after[change.line - 1]}`;
  }
  return after;
}

describe('a damaged line of authorized_keys', () => {
  const [type = '', base64 = '', comment = ''] = whole.split(' ');
  it.each([
    ['wrapped once', [`${type} ${base64.slice(0, 20)}`, `${base64.slice(20)} ${comment}`]],
    ['wrapped at the blank', [type, `${base64} ${comment}`]],
    ['wrapped many times', `${type} ${base64}`.match(/.{1,14}/g) ?? []],
    ['without its type', [`${base64} ${comment}`]],
    ['wrapped and without its type', [base64.slice(0, 40), base64.slice(40)]],
    ['with typographic quotes', [`from=\u201c10.0.0.0/8\u201d ${whole}`]],
    ['behind the mark of an editor', [`\ufeff${whole}`]],
    ['with the ends of Windows', [`${base64} ${comment}\\r`]],
  ])('that is %s becomes the key again', (_, lines) => {
    const after = mended([other, '', ...lines, `# ${other}`]);
    const { keys, skipped } = parseAuthorizedKeys(after ?? []);
    expect(skipped).toEqual([]);
    expect(keys.map(({ fingerprint }) => fingerprint)).toEqual([key('other').fingerprint, wanted]);
  });

  it('keeps what the options say', () => {
    const [line = ''] = mended([`from=\u201c10.0.0.0/8\u201d,command=\u201ctrue\u201d ${whole}`]) ?? [];
    expect(line).toBe(`from="10.0.0.0/8",command="true" ${whole}`);
  });

  it.each([
    ['a key that nobody offers', [`${type} ${base64.slice(0, 20)}`, base64.slice(20)], [key('other').fingerprint]],
    ['a key of which a part is missing', [`${type} ${base64.slice(0, 40)}`, base64.slice(44)], [wanted]],
    ['a line whose option nobody knows', [`form="10.0.0.0/8" ${whole}`], [wanted]],
    ['a private key', ['-----BEGIN OPENSSH PRIVATE KEY-----', '[private key removed]'], [wanted]],
  ])('that holds %s is left alone', (_, lines, offered) => {
    expect(mended(lines, offered)).toBeUndefined();
  });

  it('is not looked for at any length', () => {
    const hostile = Array.from({ length: 20_000 }, () => 'A'.repeat(4000));
    const started = performance.now();
    expect(mended(hostile.slice(0, 60))).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
