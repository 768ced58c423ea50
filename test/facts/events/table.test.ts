import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { onPage } from '../../../src/facts/events/page.ts';
import { typed } from '../../../src/facts/events/table.ts';
import { type EventType, FIELDS, type Program, patternOf, prefixesOf } from '../../../src/knowledge/events/event.ts';
import { eventTypes } from '../../../src/knowledge/events/index.ts';

/** Every message of real daemons, without what stands before and behind it in a log, and whose it may be. */
const FOLDER = path.join(import.meta.dirname, '../../fixtures/events');
const messages = [
  ...new Set(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith('.txt'))
      .flatMap((name) => readFileSync(path.join(FOLDER, name), 'latin1').split('\n'))
      .map((line) => line.replace(/^.*?\S(?:\[\d+\])?: (?:error: |fatal: )?/, '').replace(/ \[(?:pre|post)auth\]$/, ''))
      .filter((line) => line !== ''),
  ),
];
const PROGRAMS = [...new Set(eventTypes.map(({ program }) => program))];
const plain = eventTypes.map((type) => ({ type, pattern: patternOf(type.says) }));
const late = (type: EventType): boolean => prefixesOf(type.says).some((one) => one.length < 2);

/** What the regular expressions of all types say, tried one after the other. */
const byPatterns = (program: Program, message: string): readonly EventType[] =>
  plain.filter(({ type, pattern }) => type.program === program && pattern.test(message)).map(({ type }) => type);

const spans = new Int32Array(FIELDS.length * 2);
const byTable = (program: Program, message: string): EventType | undefined =>
  onPage(Buffer.from(message, 'latin1').toString('utf8'), (length) => typed(program, 0, length, spans)?.type);

/** Returns whether it is of any type. */
function same(program: Program, text: string): boolean {
  const all = byPatterns(program, text);
  const type = byTable(program, text);
  if (type === undefined) expect(all.map(({ id }) => id)).toEqual([]);
  else expect(all).toContain(type);
  // Of several the first, but what may begin with nearly anything comes last.
  if (!all.some(late)) expect(type).toBe(all[0]);
  return type !== undefined;
}

it('finds by looking at few bytes what trying all patterns finds', () => {
  let found = 0;
  for (const text of messages) for (const program of PROGRAMS) if (same(program, text)) found += 1;
  expect(found).toBeGreaterThan(700);
});

it('does so with what is cut, mixed and mutated', () => {
  let found = 0;
  const message = fc
    .tuple(fc.constantFrom(...messages), fc.constantFrom(...messages), fc.nat(), fc.nat(), fc.nat(3))
    .map(([one, other, at, to, how]) => {
      const [i, j] = [at % (one.length + 1), to % (other.length + 1)];
      if (how === 0) return one.slice(0, i) + other.slice(i);
      if (how === 1) return one.slice(0, i) + other.slice(j);
      if (how === 2) return one.slice(0, i) + one.slice(i + 1);
      return one.slice(0, i) + (other[j] ?? ' ') + one.slice(i);
    });
  fc.assert(
    fc.property(message, fc.constantFrom<Program>('sshd', 'sshd', 'sshd', 'pam', ...PROGRAMS), (text, program) => {
      if (same(program, text)) found += 1;
    }),
    { numRuns: 6000, seed: 11 },
  );
  expect(found).toBeGreaterThan(300);
});
