import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documents, words } from './attacks.ts';
import { FORMS, type Form, terminal } from './checks.ts';
import { type Came, type Door, written } from './doors.ts';
import { type Sandbox, sandbox } from './sandbox.ts';

/** What nothing of ours calls, and an attack does. */
const MEANT = ['touch', 'canary', 'calc', 'reboot'];
const CORPUS = [...words, ...documents];

/** Sends every attack through every door that it can come in by. */
export function attacked(doors: readonly Door[]): void {
  let box: Sandbox;
  beforeAll(() => {
    box = sandbox();
  });
  afterAll(() => box.end());
  for (const door of doors)
    describe(door.name, () => {
      it.each(CORPUS.filter((attack) => door.takes(attack)).map((attack) => [attack.name, attack] as const))(
        '%s',
        async (_, attack) => {
          const word = attack.word(box.canary);
          box.calls();
          for await (const one of door.ask(attack, box)) harmless(one, box);
          expect(existsSync(box.canary), 'a shell ran a word of somebody else').toBe(false);
          for (const call of box.calls()) {
            expect(MEANT).not.toContain(call[0]);
            // An argument of its own that is no flag is a word; short ones stand in many lines by chance.
            for (const given of call)
              if (word.length > 8 && (given !== word || word.startsWith('-'))) expect(given).not.toContain(word);
          }
        },
        120_000,
      );
    });
}

/** What came out harms nobody. @throws AssertionError with the question that was asked. */
export function harmless({ argv, answered, form, files = {}, statuses }: Came, box: Sandbox): void {
  const { status, stdout, stderr, polluted } = answered;
  const what = argv.map((word) => (word.length > 100 ? `${word.slice(0, 100)}…` : word)).join(' ');
  try {
    expect(stderr).not.toMatch(/bug in sshwhy|internal error|main threw/);
    expect(statuses).toContain(status);
    terminal(stderr);
    expect(polluted).toEqual([]);
    // Where it could not look, nothing is said in that form.
    if (stdout !== '' && !(status > 1 && form !== 'nagios')) FORMS[form](stdout);
    else terminal(stdout);
    for (const [name, kind] of Object.entries(files) as [string, Form][]) {
      const text = written(box, name);
      if (text === undefined) expect(status).toBeGreaterThan(1);
      else FORMS[kind](text);
    }
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`sshwhy ${what}: ${message.slice(0, 3000)}`, { cause: error });
  }
}
