import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causes } from '../../src/causes/index.gen.ts';
import { templateOf } from '../../src/facts/events/compile/template.ts';
import { compiled } from '../../src/facts/events/compile/types.ts';
import { variantsOf } from '../../src/facts/events/compile/variants.ts';
import { compiled as kept } from '../../src/facts/events/compiled.gen.ts';
import { matcher } from '../../src/facts/events/match.ts';
import { onPage, page } from '../../src/facts/events/page.ts';
import { eventOf } from '../../src/facts/events/typed-event.ts';
import { ambiguous, FIELDS, type Program, patternOf, prefixesOf } from '../../src/knowledge/events/event.ts';
import { eventTypes } from '../../src/knowledge/events/index.ts';

const FIXTURE = path.join(import.meta.dirname, '../fixtures/events/openssh-10.5.tsv');
const KEY = 'ED25519 SHA256:+lmEttmatCyobJ/scjJ5WoI+zsf/hyLzRgfCSVsO6oI';
const PEER = '192.0.2.7 port 4022';

/** What the source gives for a part, where a word would not do. */
const GIVEN: readonly (readonly [RegExp, string])[] = [
  [/^%\.?\d*s(?=:? line %d|: terminating)/, '/etc/ssh/sshd_config'],
  [/0%3\.3o/, '0644'],
  [/chroot directory %s/, 'chroot directory component '],
  [/^Connection from %s: refusing/, `Connection from user alice ${PEER}: refusing`],
  [/^(open|dup) %s/, '$1 /dev/null'],
  [/^%s %s%s%s for %s%\.100s/, 'Failed password for invalid user alice'],
  [/ssh2%s%s$/, 'ssh2'],
  [/port %s%s%s\.$/, 'port 22.'],
  [/\[%s\] failed/, '[192.0.2.7] failed'],
  [/\[%s\]:%d on \[%s\]:%d %s/, '[192.0.2.7]:4022 on [192.0.2.8]:22 past MaxStartups'],
  [/key %s %s (?=revoked|in revoked)/, `key ${KEY} `],
  [/public key %s %s /, 'public key ED25519 SHA256:abc '],
  [/^%s: (?=Authentication tried|Certificate source)/, '/home/alice/.ssh/authorized_keys:1: '],
  [
    /^(Connection closed by|Connection reset by|Disconnected from|Disconnecting|Unable to negotiate with|Timeout, client not responding from|terminating inactive connection from) %s/,
    `$1 authenticating user alice ${PEER}`,
  ],
  [/^Connection %s %s timed out/, `Connection from ${PEER} timed out`],
  [/^%s%sConnection %s %s/, `ssh_dispatch_run_fatal: Connection from ${PEER}: message authentication code incorrect`],
  [/: %s\. Their offer/, ': no matching cipher found. Their offer'],
  [/^(Could not open user '%s'|User '%s') %s/, '$1 authorized keys'],
  [/^%s (does not exist|must be owned)/, '/run/sshd $1'],
  [/Server listening on %s/, 'Server listening on ::'],
  [/(originator|set up for|remote host) ?%s/, '$1 192.0.2.7'],
  [/^(getgrouplist\("%s", )%ld/, '$122'],
];

/** A message of the template, with what could stand in it. */
function sample(template: string): string {
  let text = template.replaceAll('\\"', '"');
  for (const [pattern, given] of GIVEN) text = text.replace(pattern, given);
  return text
    .replace(/%[-0-9.]*(?:l{0,2}|z)[duxi]/g, '22')
    .replace(/%\.3f/, '1.5')
    .replace(/%[-0-9.]*s/g, (_, at: number, all: string) =>
      /(?:from|by|FROM|host=|ip=|Address|with|address \() ?\[?$/.test(all.slice(0, at)) ? '192.0.2.7' : 'alice',
    );
}

/** Templates that are of no type, and why. */
const UNTYPED: readonly (readonly [RegExp, string])[] = [
  [
    /^%s: .*(?:%s|\(%lu|\\"%s\\"|%ld|is not a file or directory!|seek)/,
    'loginrec.c about wtmp, utmp and lastlog: begins with any function, and keeps nobody out',
  ],
  [/^%s at %s$/, 'says what the next line says again'],
  [/^Warning: %s$/, 'what a library says, in any words'],
  [/^Finished discarding for /, 'follows a message that is typed'],
  [/^%s: unknown channel %d$/, 'a message of the client about a channel that is gone; keeps nobody out'],
  [/^wait returned status /, 'how the process of a session ended'],
  [/^(?:PAM: )?pam_putenv: %s$/, 'one variable of the environment; keeps nobody out'],
  [/^%\.100s: %\.100s$|^%\.100s: unknown host/, 'forwarding of a display'],
];

const lines = readFileSync(FIXTURE, 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t') as [string, string, string]);

const typeOf = (program: Program, message: string): string | undefined =>
  onPage(message, (length) => eventOf(program, 0, length, { at: undefined, host: '', pid: 0 })?.type.id);

function type(message: string): string | undefined {
  return typeOf('sshd', message);
}

/** What could stand for a token of the table. */
function filled(token: string | undefined): string {
  const parts: Readonly<Record<string, string>> = {
    ...{
      from: '192.0.2.7',
      to: '192.0.2.8',
      host: '192.0.2.7',
      port: '22',
      n: '7',
      method: 'unix',
      key: KEY,
      jail: 'sshd',
    },
    ...{
      path: '/etc/x',
      file: '/etc/x',
      fields: '',
      label: 'x ',
      value: 'eth0',
      reason: 'Some reason',
      x: 'y',
      detail: 'why',
    },
  };
  return token === undefined ? '' : (parts[token] ?? 'alice');
}

/** The first of all alternatives. */
function firstOf(says: string): string {
  const made = says.replace(/<<((?:(?!<<|>>|\|).)*)(?:\|(?:(?!<<|>>).)*)?>>/, '$1');
  return made === says ? says : firstOf(made);
}

describe('the table of events', () => {
  it('names causes that there are, and nothing twice', () => {
    const known = new Set<string>(causes.map((cause) => cause.id));
    for (const { id, causes: linked } of eventTypes)
      for (const cause of linked) expect(known, `${id}: ${cause}`).toContain(cause);
    expect(new Set(eventTypes.map(({ id }) => id)).size).toBe(eventTypes.length);
  });

  it('has patterns that can be made, each with its fields', () => {
    for (const { id, says } of eventTypes) {
      expect(() => patternOf(says), id).not.toThrow();
      expect(() => patternOf(says, 'lazy'), id).not.toThrow();
    }
  });

  it('says of whatever keeps somebody out, or is broken, why or what to do', () => {
    const silent = eventTypes.filter(
      ({ outcome, causes: linked, advice }) =>
        ['refused', 'fault', 'limited', 'drop', 'ban'].includes(outcome) && linked.length === 0 && advice === '',
    );
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  it('has a sentence for each', () => {
    for (const { meaning, advice } of eventTypes) {
      expect(meaning).toMatch(/^\S.*\.$/);
      expect(advice).not.toMatch(/\s$/);
    }
  });

  it('types every message of OpenSSH 10.5 about admission, authentication or disconnection, or says why not', () => {
    const untyped = lines.filter(([, template]) => type(sample(template)) === undefined);
    expect(untyped.filter(([, template]) => !UNTYPED.some(([pattern]) => pattern.test(template)))).toEqual([]);
    // No exception is there for nothing, and none swallows the table.
    for (const [pattern, why] of UNTYPED)
      expect(
        untyped.some(([, template]) => pattern.test(template)),
        why,
      ).toBe(true);
    expect(untyped.length).toBeLessThan(lines.length / 15);
    expect(lines.length).toBeGreaterThan(450);
  });

  it('has no row that another one hides', () => {
    const hidden = eventTypes.filter(({ program, says, id }) => {
      const said = variantsOf(says) ?? variantsOf(firstOf(says)) ?? [];
      return !said.every(({ literals, tokens }) => {
        const message = literals.map((one, i) => one + filled(tokens[i])).join('');
        // Modules write under the name of sshd, or under one of their own.
        return [program, ...(program === 'pam' ? (['sshd'] as const) : [])].some((one) => typeOf(one, message) === id);
      });
    });
    expect(hidden.map(({ id }) => id)).toEqual([]);
  });

  it('reads a message without a regular expression as it does with one', () => {
    const simple = eventTypes.flatMap(({ id, says }) =>
      (ambiguous(says) ? [] : (variantsOf(says) ?? [])).flatMap((plain) => {
        const made = templateOf(plain);
        const template = plain.literals
          .map((one, i) => one + (plain.tokens[i] === undefined ? '' : `{${plain.tokens[i]}}`))
          .join('');
        if (made === undefined) return [];
        return [{ id, plain, fits: matcher(Int32Array.from(made.code)), pattern: patternOf(template) }];
      }),
    );
    expect(simple.length).toBeGreaterThan(300);
    let matched = 0;
    const piece = fc.constantFrom(
      ...[
        'alice',
        ' from 192.0.2.7 port 22',
        ' ssh2',
        '192.0.2.7',
        'fe80::1%eth0',
        'UNKNOWN',
        '22',
        '',
        'x y',
        `: ${KEY}`,
        KEY,
      ],
      ...['publickey', ' [preauth]', ' for ', ' port ', 'é', "'", '"', 'user=root', ' rhost=h', '2'],
    );
    fc.assert(
      fc.property(
        fc.nat(simple.length - 1),
        fc.array(fc.array(piece, { maxLength: 4 }), { minLength: 6, maxLength: 6 }),
        (i, values) => {
          const { plain, fits, pattern } = simple[i] as (typeof simple)[number];
          const text = plain.literals
            .map((one, j) => one + (plain.tokens[j] === undefined ? '' : (values[j] ?? []).join('')))
            .join('');
          const spans = new Int32Array(FIELDS.length * 2).fill(-1);
          const [latin, fitting] = onPage(`#${text}\nssh2`, (length) => [page.text, fits(0, 1, length - 5, spans)]);
          const found = pattern.exec(latin.slice(1, -5));
          expect(fitting).toBe(found !== null);
          if (found === null) return;
          matched += 1;
          for (const [j, name] of FIELDS.entries()) {
            const from = spans[j * 2] as number;
            expect(from === -1 ? undefined : latin.slice(from, spans[j * 2 + 1])).toBe(found.groups?.[name]);
          }
        },
      ),
      { numRuns: 4000, seed: 5 },
    );
    expect(matched).toBeGreaterThan(400);
  });

  it('is told apart by what was made of it as it is now', () => {
    expect(kept, 'run `npm run gen`').toEqual(compiled(eventTypes));
  });

  it('dispatches by what a message really begins with', () => {
    expect(prefixesOf('<<Starting|Started>> {x}')).toEqual(['Starting', 'Started']);
    expect(prefixesOf('Failed {method} for')).toEqual(['Failed ']);
    expect(prefixesOf('[[a]]b')).toEqual(['']);
  });
});
