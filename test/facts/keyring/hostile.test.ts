import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBundle, writeBundle } from '../../../src/facts/bundle.ts';
import { hostKeyring } from '../../../src/facts/keyring/index.ts';
import { keyringSchema } from '../../../src/model/keys.ts';
import { auditKeys } from '../../../src/reason/keyring/audit.ts';
import { accessRows, keyGraph } from '../../../src/reason/keyring/graph.ts';
import { plainKey } from '../../../src/reason/keyring/plain-key.ts';
import { planRevoke } from '../../../src/reason/keyring/revoke.ts';
import { planAdd } from '../../../src/reason/keyring/rotate.ts';
import { csv } from '../../../src/report/csv.ts';
import { keysText } from '../../../src/report/keys.ts';
import { keysAuditText } from '../../../src/report/keys-audit.ts';
import { bundles } from '../../cause-test.ts';
import { text } from '../access/keys.ts';

const lines = bundles('keyring').map(([, bundle]) => writeBundle(bundle).split('\n'));
const fresh = plainKey(text('ed25519.pub'));

/** What a server might say where it says something else: too much, too little, another language, a trick. */
const rubbish = fc.oneof(
  fc.constantFrom(
    '',
    '|',
    '|\u001b[2J\u001b]0;x\u0007',
    '|=cmd|x',
    '|NaN\tNaN',
    '|# since\t',
    '|1\t',
    `|${'a,'.repeat(4000)}`,
  ),
  fc.constantFrom(
    '|root:x:99999999999999999999:0::/root:/bin/sh',
    '|file\t0644\tx\t-1\tr\tr\t1\t999999999999999999\t/etc/ssh',
  ),
  fc.constantFrom(
    '|Match User *',
    '|AuthorizedKeysFile %h/%u/%%/%x /..',
    '|RevokedKeys /etc/passwd',
    '|now=99999999999',
  ),
  fc.string({ maxLength: 200 }).map((word) => `|${word.replace(/\n/g, ' ')}`),
);

describe('whatever a server says of its keys', () => {
  it('is told without a crash, and reaches nobody raw', () => {
    const edit = fc.record({ at: fc.nat(), take: fc.nat({ max: 3 }), put: fc.array(rubbish, { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.constantFrom(...lines), fc.array(edit, { minLength: 1, maxLength: 30 }), (good, edits) => {
        const bad = [...good];
        for (const { at, take, put } of edits) bad.splice(1 + (at % (bad.length - 1)), take, ...put);
        const bundle = parseBundle(bad.join('\n'));
        const host = hostKeyring(bundle, 'x');
        if ('missing' in host) return;
        const all = {
          schema: 1,
          tool: { name: 'sshwhy', version: '0' },
          takenAt: '2026-01-01T00:00:00Z',
          hosts: [host],
          failed: [],
        };
        const ring = keyringSchema.parse(all);
        const o = { color: false, width: 100, verbose: true };
        const told = keysText(ring, o) + keysAuditText(auditKeys(ring, { now: 0, unusedDays: 1, maxAgeDays: 1 }), o);
        expect(told).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(
          csv(
            ['principal', 'options'],
            accessRows(ring).map((row) => ({ ...row })),
          ),
        ).not.toMatch(/[\u001b\u0007]/);
        keyGraph(ring);
        for (const { account, fingerprint } of ring.hosts[0]?.grants.slice(0, 3) ?? []) {
          if (fresh) planAdd(bundle, account, fingerprint, fresh);
          planRevoke(bundle, fingerprint, undefined);
        }
      }),
      { numRuns: 25 },
    );
  });
});
