import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causes } from '../../src/causes/index.gen.ts';
import { blockOf } from '../../src/facts/events/block.ts';
import { fits, templateOf } from '../../src/facts/events/match.ts';
import { eventOf } from '../../src/facts/events/typed-event.ts';
import { variantsOf } from '../../src/facts/events/variants.ts';
import { ambiguous, FIELDS, patternOf, prefixesOf } from '../../src/knowledge/events/event.ts';
import { eventTypes } from '../../src/knowledge/events/index.ts';

const FIXTURE = path.join(import.meta.dirname, '../fixtures/events/openssh-10.5.tsv');
const KEY = 'ED25519 SHA256:+lmEttmatCyobJ/scjJ5WoI+zsf/hyLzRgfCSVsO6oI';
const PEER = '192.0.2.7 port 4022';

/** What the source gives for a part, where a word would not do. */
const GIVEN: readonly (readonly [RegExp, string])[] = [
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

/** Say nothing of an admission, an authentication or a disconnection: mistakes within the program, terminals, forwarding. */
const OTHER =
  /internal error|INTERNAL ERROR|Internal error|INTERNAL|buffer error|packet context|out of range|sshbuf_new|not permitted|no session|session_by_pid|session \d|dup2?[ (]|setsid|set[a-z_]*sid|setsockopt|SO_|setlogin|ptymaster|agent|chdir\("|DISPLAY|X11|x11|forwarding|ppoll|reexec|stdfd|getnameinfo|getpeername|gethostname|allocation failed|Unable to create connection|routing domain|too long$|config buf|config_s|daemon\(\)|environment|SetEnv|no authctxt|grace time|Audit|listen sockets|Config test|-R not|-r option|dump modes|executed directly|absolute path|setgroups|socketpair|rexec_argc|sshpam_device|recursively|Failed to set uids|set_id|sia_|kex_setup|file is too large|GSSAPI context|GSSAPI or|fingerprint failed|demote host|PAM auth succeeded|PAM messages|unknown channel|Finished discarding|have a pty|fchmod|mkstemp|krb5_|pam_putenv|wait returned|bsdauth|^Warning: |^open |^alice at alice|privsep_preauth failed|getpwnam|BSM|audit|ccache|unlink|^No user|principal/;

const lines = readFileSync(FIXTURE, 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t') as [string, string, string]);

function type(message: string): string | undefined {
  const block = blockOf(message);
  return eventOf('sshd', block, 0, block.text.length, { at: undefined, host: '', pid: 0 })?.type.id;
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

  it('has a sentence for each', () => {
    for (const { meaning, advice } of eventTypes) {
      expect(meaning).toMatch(/^\S.*\.$/);
      expect(advice).not.toMatch(/\s$/);
    }
  });

  it('types every message of OpenSSH 10.5 about admission, authentication or disconnection', () => {
    const untyped = lines.filter(([, template]) => {
      const message = sample(template);
      return type(message) === undefined && !OTHER.test(message);
    });
    expect(untyped).toEqual([]);
    // The list of exceptions does not swallow the table.
    expect(lines.filter(([, template]) => type(sample(template)) !== undefined).length).toBeGreaterThan(150);
  });

  it('reads a message without a regular expression as it does with one', () => {
    const simple = eventTypes.flatMap(({ id, says }) =>
      (ambiguous(says) ? [] : (variantsOf(says) ?? [])).flatMap((plain) => {
        const made = templateOf(plain);
        const template = plain.literals
          .map((one, i) => one + (plain.tokens[i] === undefined ? '' : `{${plain.tokens[i]}}`))
          .join('');
        return made === undefined ? [] : [{ id, plain, made, template, pattern: patternOf(template) }];
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
          const { plain, made, pattern } = simple[i] as (typeof simple)[number];
          const text = plain.literals
            .map((one, j) => one + (plain.tokens[j] === undefined ? '' : (values[j] ?? []).join('')))
            .join('');
          const block = blockOf(`#${text}\nssh2`);
          const latin = block.text;
          const end = latin.length - 5;
          const spans = new Int32Array(FIELDS.length * 2).fill(-1);
          const found = pattern.exec(latin.slice(1, end));
          expect(fits(made.code, block, 1, end, spans)).toBe(found !== null);
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

  it('dispatches by what a message really begins with', () => {
    expect(prefixesOf('<<Starting|Started>> {x}')).toEqual(['Starting', 'Started']);
    expect(prefixesOf('Failed {method} for')).toEqual(['Failed ']);
    expect(prefixesOf('[[a]]b')).toEqual(['']);
  });
});
