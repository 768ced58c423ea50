import type { EventType, Program } from '../../knowledge/events/event.ts';
import { eventTypes } from '../../knowledge/events/index.ts';
import { type ExplainedText, explained } from './explained.ts';

/** Characters, without blanks at its ends: fewer are in too many messages. */
const LEAST = 4;
const MOST_TEXT = 2048;
/** How many places of a line are tried as the beginning of a message. */
const MOST_PLACES = 20;
const MOST_KINDS = 6;
/** What a person reads first: the client's own words, then the server's. */
const ORDER: readonly Program[] = ['ssh', 'sshd'];

/**
 * What somebody may mean who has only a part of a message in mind ("Connection refused"), or one that another program passed on with
 * words of its own before it (Ansible, git, rsync). In place of the line stands the wording of the message.
 */
export function remembered(text: string): ExplainedText | undefined {
  const line = withoutEnd(text.trim().replace(/\s+/g, ' ').slice(0, MOST_TEXT), `"'}], `);
  const ends = [...line.matchAll(/(?::|["'(\]])\s*(?=[A-Za-z])|\\n/g)]
    .slice(0, MOST_PLACES)
    .map(({ 0: { length }, index }) => line.slice(index + length))
    // In JSON it ends with its string.
    .flatMap((end) => [...new Set([end.split(/"|\\[rn]/)[0] as string, end])]);
  for (const end of ends) {
    const said = explained(end);
    if (said.kinds.length > 0) return said;
  }
  for (const part of [line, ...ends]) {
    const said = withWords(withoutEnd(part, '.! ').toLowerCase());
    if (said !== undefined) return said;
  }
  return undefined;
}

function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function withWords(words: string): ExplainedText | undefined {
  if (words.length < LEAST) return undefined;
  const rank = ({ program }: EventType): number => (ORDER.indexOf(program) + ORDER.length + 1) % (ORDER.length + 1);
  const found = eventTypes
    .filter(({ says }) => wordings(says).some((one) => one.toLowerCase().includes(words)))
    .toSorted((a, b) => rank(a) - rank(b) || b.weight - a.weight);
  if (found.length === 0) return undefined;
  const kinds = found.slice(0, MOST_KINDS).map((type) => ({ type, line: wording(type, words), count: 1 }));
  return { kinds, unknown: 0, debug: 0, ...(found.length > MOST_KINDS ? { more: found.length - MOST_KINDS } : {}) };
}

/** A message as a person would write it down, once for each of the words that it may have. */
function wordings(says: string): readonly string[] {
  const plain = says.replace(/\[\[|\]\]/g, '').replace(/\{\w+\}/g, '…');
  const from = plain.indexOf('<<');
  const to = plain.indexOf('>>', from);
  if (from < 0 || to < 0) return [plain];
  return plain
    .slice(from + 2, to)
    .split('|')
    .flatMap((one) => wordings(plain.slice(0, from) + one + plain.slice(to + 2)));
}

/** The message with variable parts left open; of several wordings the one that has these words. */
export function wording({ says }: EventType, words = ''): string {
  const all = wordings(says);
  return all.find((one) => one.toLowerCase().includes(words)) ?? (all[0] as string);
}
