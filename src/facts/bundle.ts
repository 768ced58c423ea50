import type { Bundle, Section, SectionStatus } from '../model/bundle.ts';
import { Unparsable } from './source.ts';

const STATUSES: readonly string[] = [
  'ok',
  'absent',
  'not-collected',
  'denied',
  'unsupported',
  'timed-out',
  'unparsable',
];

/** What is kept of one section; a set of a million networks is as long. The collector's own limits are no higher. */
const SECTION_LIMIT = 64 * 1024 * 1024;
const SECTIONS_LIMIT = 20_000;

/** Name of the section that holds a file: white space, controls and `%` of the path percent-encoded. */
export function sectionName(path: string): string {
  return `file:${path.replace(/[%\s\p{Cc}]/gu, (char) => encodeURIComponent(char))}`;
}

/** The path in a section's name; `undefined` for other sections. */
export function pathOfSection(name: string): string | undefined {
  return name.startsWith('file:') ? decodedName(name.slice(5)) : undefined;
}

/** A path as it stands behind the prefix of a section's name. */
export function decodedName(coded: string): string {
  return coded.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/**
 * Reads a Bundle (docs/bundle.md), also one that was pasted from a console: prompts, echoes and carriage returns do not
 * matter, and what was cut off counts as far as it goes. Linear in the text, whatever it says.
 * @throws Unparsable when there is no Bundle in the text.
 */
export function parseBundle(text: string): Bundle {
  const sections: Record<string, Section> = Object.create(null);
  let takenAt: string | undefined;
  let name: string | undefined;
  let lines: string[] = [];
  let size = 0;
  let cut = false;
  let count = 0;

  const close = (status: SectionStatus, detail: string): void => {
    if (name === undefined) return;
    const why = cut ? 'truncated' : detail;
    if (count++ < SECTIONS_LIMIT)
      sections[name] = { status, text: lines.join('\n'), ...(why === '' ? {} : { detail: why }) };
    name = undefined;
  };

  for (let at = 0; at < text.length; ) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const first = text.charCodeAt(at);
    if (first === 0x7c /* | */) {
      if (name !== undefined) {
        const stop = text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
        size += stop - at;
        if (size <= SECTION_LIMIT) lines.push(text.slice(at + 1, stop));
        else cut = true;
      }
    } else {
      // A byte-order mark or a prompt may stand before the first header.
      const header = /(?:^|^.{0,200}?)=== (.{1,4000})$/.exec(text.slice(at, Math.min(end, at + 4300)).trimEnd());
      const [word, ...rest] = header?.[1]?.split(' ') ?? [];
      if (word === 'sshwhy' && rest[0] === 'bundle' && rest[1] === '1' && isInstant(rest[2])) takenAt ??= rest[2];
      else if (word === 'begin' && rest[0]) {
        close('ok', 'truncated');
        [name, lines, size, cut] = [rest[0], [], 0, false];
      } else if (word === 'end' && rest[0] === name && name !== undefined) {
        const status = STATUSES.includes(rest[1] ?? '') ? (rest[1] as SectionStatus) : 'unparsable';
        close(status, rest.slice(2).join(' '));
      }
    }
    at = end + 1;
  }
  close('ok', 'truncated');
  if (takenAt === undefined)
    throw new Unparsable('there is no bundle in this text (it begins with "=== sshwhy bundle 1 …")');
  if (count === 0) throw new Unparsable('the bundle holds nothing');
  return { schema: 1, takenAt, sections };
}

function isInstant(word: string | undefined): boolean {
  return word !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/.test(word);
}

/** The text of a Bundle; `parseBundle` gives it back. */
export function writeBundle(bundle: Bundle): string {
  const out = [`=== sshwhy bundle 1 ${bundle.takenAt}`];
  for (const [name, { status, text, detail }] of Object.entries(bundle.sections)) {
    out.push(`=== begin ${name}`);
    if (status === 'ok' || text !== '') for (const line of text.split('\n')) out.push(`|${line.replace(/\r$/, '')}`);
    out.push(`=== end ${name} ${status}${detail === undefined ? '' : ` ${detail.replace(/\s+/g, ' ')}`}`);
  }
  return `${out.join('\n')}\n=== end bundle\n`;
}

/** Both sides in one Bundle; on a name that both have, the second wins. The time is the first's. */
export function mergeBundles(first: Bundle, second: Bundle): Bundle {
  return { schema: 1, takenAt: first.takenAt, sections: { ...first.sections, ...second.sections } };
}

/** The Bundle with further sections, which win over those of the same name. */
export function withSections(bundle: Bundle, sections: Bundle['sections']): Bundle {
  return { ...bundle, sections: { ...bundle.sections, ...sections } };
}
