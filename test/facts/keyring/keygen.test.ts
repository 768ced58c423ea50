import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAuthorizedKeys } from '../../../src/facts/access/authorized-keys.ts';

let folder: string;
/** Lines of public keys of every type that the installed ssh-keygen makes. */
const made: string[] = [];

function keygen(args: readonly string[]): string {
  return spawnSync('ssh-keygen', args, { encoding: 'utf8', cwd: folder }).stdout ?? '';
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-keygen-'));
  const kinds = [
    ...Array.from({ length: 12 }, () => ['ed25519']),
    ...['256', '384', '521'].flatMap((bits) => [
      ['ecdsa', '-b', bits],
      ['ecdsa', '-b', bits],
    ]),
    ...['1024', '1031', '1536', '2048'].map((bits) => ['rsa', '-b', bits]),
    ['dsa'],
  ];
  for (const [i, kind] of kinds.entries()) {
    const file = path.join(folder, `k${i}`);
    const ran = spawnSync('ssh-keygen', ['-q', '-N', '', '-C', '', '-f', file, '-t', ...kind], { encoding: 'utf8' });
    // Releases of today make no DSA keys.
    if (ran.status === 0) made.push(readFileSync(`${file}.pub`, 'utf8').trim());
    else if (kind[0] !== 'dsa') throw new Error(ran.stderr);
  }
  // Nobody needs a security key to have the public half of one: PROTOCOL.u2f, and ssh-keygen reads it.
  made.push(securityKey());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function securityKey(): string {
  const string = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const type = 'sk-ssh-ed25519@openssh.com';
  const parts = [Buffer.from(type), Buffer.alloc(32, 7), Buffer.from('ssh:')].map(string);
  return `${type} ${Buffer.concat(parts).toString('base64')}`;
}

/** ssh-keygen's own words for the types of keys (sshkey.c, key types). */
const SAID: Readonly<Record<string, string>> = {
  'ssh-ed25519': 'ED25519',
  'ssh-rsa': 'RSA',
  'ssh-dss': 'DSA',
  'ecdsa-sha2-nistp256': 'ECDSA',
  'ecdsa-sha2-nistp384': 'ECDSA',
  'ecdsa-sha2-nistp521': 'ECDSA',
  'sk-ssh-ed25519@openssh.com': 'ED25519-SK',
};

const OPTIONS = [
  '',
  'restrict ',
  'from="10.0.0.0/8,!10.1.2.3",no-pty ',
  'command="echo \\"hello there\\"; id",restrict ',
  'cert-authority,principals="a,b c" ',
  'environment="A=b c",expiry-time="20300101" ',
  'NO-TOUCH-REQUIRED ',
];

describe('public keys as ssh-keygen -l reads them', () => {
  it('have the same size, fingerprint, comment and type, whatever stands around them', () => {
    // ssh-keygen cuts a line at #, which sshd does not.
    const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019@._-+="\'()'), minLength: 1, maxLength: 12 });
    const line = fc.record({
      options: fc.constantFrom(...OPTIONS),
      key: fc.nat({ max: made.length - 1 }),
      // Of a line without one, ssh-keygen 9.2 says what the line before left behind in memory.
      comment: fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 8, maxLength: 40 }), (lines) => {
        const text = lines.map(({ options, key, comment }) => `${options}${made[key]} ${comment}`.trimEnd()).join('\n');
        const file = path.join(folder, 'authorized_keys');
        writeFileSync(file, `${text}\n`);
        const said = keygen(['-l', '-f', file]).trimEnd().split('\n');
        const { keys, skipped } = parseAuthorizedKeys(text.split('\n'));
        expect(skipped).toEqual([]);
        const ours = keys.map(
          ({ size, fingerprint, comment, type }) => `${size} ${fingerprint} ${comment} (${SAID[type]})`,
        );
        expect(ours).toEqual(said);
      }),
      { numRuns: 40 },
    );
  });
});
