import type { Change } from '../../model/change.ts';
import { type AuthorizedKey, parseAuthorizedKeys, type SkippedLine } from './authorized-keys.ts';
import { fromBase64 } from './public-key.ts';
import { tryRead, wire } from './wire.ts';

/** An RSA key of 16384 bits, wrapped by a mail program, has no more. */
const LINES_MAX = 48;
const LENGTH_MAX = 8192;
/** Damaged lines that are tried. */
const STARTS = 16;

/** The collector spells out a carriage return. */
const bare = (text: string): string =>
  text
    .replace(/\\r$/, '')
    .replace(/^[ \t]+/, '')
    .trimEnd();

/** Marks at the beginning of a file and typographic quotes, as editors and chats put them in. */
const plain = (text: string): string => text.replace(/^\ufeff/, '').replace(/[\u201c\u201d]/g, '"');

/** The type stands in the key itself once more. */
function withType(text: string): string {
  const blob = fromBase64(text.split(/[ \t]/, 1)[0] ?? '');
  const type = blob && tryRead(() => wire(blob).name());
  return type && 'value' in type ? `${type.value} ${text}` : text;
}

function keyIn(text: string): AuthorizedKey | undefined {
  const { keys, skipped } = parseAuthorizedKeys([text]);
  return skipped.length === 0 ? keys[0] : undefined;
}

/**
 * What makes the damaged line of an offered key whole again: several lines are joined, quotes straightened, the type put in
 * front. Only where the whole line then holds exactly a key of `offered` (`SHA256:…`), so that nobody else gets in by it.
 */
export function mendKeyLine(
  file: string,
  lines: readonly string[],
  skipped: readonly SkippedLine[],
  offered: readonly string[],
): readonly Change[] | undefined {
  const damaged = new Set(skipped.map(({ line }) => line));
  for (const { line: first } of skipped.slice(0, STARTS)) {
    const parts: string[] = [];
    for (let line = first; damaged.has(line) && parts.length < LINES_MAX; line++) {
      parts.push(bare(lines[line - 1] ?? ''));
      if (parts.join('').length > LENGTH_MAX) break;
      for (const joined of [parts.join(''), parts.join(' ')].map(plain))
        for (const becomes of [joined, withType(joined)])
          if (offered.includes(keyIn(becomes)?.fingerprint ?? '')) return edits(file, first, parts, becomes);
    }
  }
  return undefined;
}

function edits(file: string, first: number, parts: readonly string[], becomes: string): Change[] {
  return parts.map((was, i) => ({ kind: 'line', file, line: first + i, was, becomes: i === 0 ? becomes : null }));
}
