import { type EventType, type Program, wordingsOf } from '../../knowledge/events/event.ts';
import { eventTypes } from '../../knowledge/events/index.ts';
import { type ExplainedText, explained } from './explained.ts';

/** Characters, without blanks at its ends: fewer are in too many messages. */
const LEAST = 4;
const MOST_TEXT = 2048;
/** How many places of a line are tried as the beginning of a message. */
const MOST_PLACES = 20;
const MOST_KINDS = 6;

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
  wordings ??= eventTypes.map((type) => [type, wordingsOf(type.says)] as const).toSorted(([a], [b]) => before(a, b));
  const found = wordings.flatMap(([type, all]) => {
    const line = all.find((one) => one.toLowerCase().includes(words));
    return line === undefined ? [] : [{ type, line, count: 1 }];
  });
  if (found.length === 0) return undefined;
  const more = found.length - MOST_KINDS;
  return { kinds: found.slice(0, MOST_KINDS), unknown: 0, debug: 0, ...(more > 0 ? { more } : {}) };
}

/** Made when they are first asked for. */
let wordings: readonly (readonly [EventType, readonly string[]])[] | undefined;

/** The client's own words come first, then the server's; of each what tells most. */
function before(a: EventType, b: EventType): number {
  return rank(a.program) - rank(b.program) || b.weight - a.weight;
}

const rank = (program: Program): number => (program === 'ssh' ? 0 : program === 'sshd' ? 1 : 2);
