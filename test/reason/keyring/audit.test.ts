import { describe, expect, it } from 'vitest';
import { hostKeyring } from '../../../src/facts/keyring/index.ts';
import type { Bundle } from '../../../src/model/bundle.ts';
import { type Grant, type HostKeyring, type Keyring, keyAuditSchema, keyGraphSchema } from '../../../src/model/keys.ts';
import { auditKeys, KEY_RULES } from '../../../src/reason/keyring/audit.ts';
import { accessRows, keyGraph } from '../../../src/reason/keyring/graph.ts';
import type { KeyPolicy } from '../../../src/reason/keyring/rule.ts';
import { csv } from '../../../src/report/csv.ts';
import { keysText } from '../../../src/report/keys.ts';
import { keysAuditText } from '../../../src/report/keys-audit.ts';
import { bundles } from '../../cause-test.ts';

const [first] = bundles('keyring');
if (!first) throw new Error('no host was captured');
const [, captured] = first;
const now = Date.parse(captured.takenAt);

function hostOf(bundle: Bundle, door = 'web1'): HostKeyring {
  const made = hostKeyring(bundle, door);
  if ('missing' in made) throw new Error(made.missing.what);
  return made;
}

const host = hostOf(captured);
const ring = (...hosts: HostKeyring[]): Keyring => ({
  schema: 1,
  tool: { name: 'sshwhy', version: '0' },
  takenAt: captured.takenAt,
  hosts,
  failed: [],
});

const found = (all: Keyring, policy: Partial<KeyPolicy> = {}) =>
  keyAuditSchema.parse(auditKeys(all, { now, ...policy })).findings;
const ids = (all: Keyring, policy: Partial<KeyPolicy> = {}) => [...new Set(found(all, policy).map(({ id }) => id))];

/** A key that nothing is wrong with. */
const [plain] = host.grants.filter(({ account, comment }) => account === 'alice' && comment === 'alice@laptop');
if (!plain) throw new Error('alice has no key');
const sound: HostKeyring = {
  ...host,
  grants: [plain],
  holders: [],
  strays: [],
  skipped: [],
  certificates: [],
  blind: [],
};
const withGrant = (change: Partial<Grant>, more: Partial<HostKeyring> = {}): Keyring =>
  ring({ ...sound, grants: [{ ...plain, ...change }], ...more });

describe('the audit of keys', () => {
  it('finds on the captured host what was put there', () => {
    expect(ids(ring(host)).sort()).toEqual(
      [
        'authority-unbounded',
        'command-without-restrict',
        'dsa-key',
        'duplicate-key',
        'ecdsa-key',
        'expired-line',
        'hardware-key-untouched',
        'hardware-key-unverified',
        'key-lies-on-server',
        'key-without-shell',
        'malformed-line',
        'old-file-name',
        'revoked-key',
        'root-unrestricted',
        'rsa-short',
        'rsa-weak',
        'shared-key',
        'stray-file',
      ].sort(),
    );
  });

  it('has nothing to say of one sound key', () => {
    expect(found(ring(sound), { unusedDays: 90, maxAgeDays: 365 })).toEqual([]);
  });

  const option = (name: string, value = '') => ({ name, value });
  const second = (change: Partial<Grant>) => ({ grants: [plain, { ...plain, line: 2, ...change }] });
  const file = (change: Partial<HostKeyring['certificates'][number]>): Partial<HostKeyring> => ({
    certificates: host.certificates.filter(({ source }) => source === 'file').map((one) => ({ ...one, ...change })),
  });
  const { hostKeys } = host;
  const cases: [string, Keyring, Partial<KeyPolicy>?][] = [
    ['dsa-key', withGrant({ type: 'ssh-dss', size: 1024 })],
    ['rsa-weak', withGrant({ type: 'ssh-rsa', size: 1024 })],
    ['rsa-short', withGrant({ type: 'ssh-rsa', size: 2048 })],
    ['ecdsa-key', withGrant({ type: 'ecdsa-sha2-nistp256' })],
    ['hardware-key-untouched', withGrant({ options: [option('no-touch-required')] })],
    ['hardware-key-unverified', withGrant({ type: 'sk-ssh-ed25519@openssh.com' })],
    ['weak-host-key', withGrant({}, { hostKeys: [{ file: '/etc/ssh/x', type: 'RSA', size: 1024 }] })],
    [
      'unused-key',
      withGrant({ lastLogin: { at: '2020-01-01T00:00:00Z', from: '::1', times: 1, text: '' } }),
      { unusedDays: 90 },
    ],
    ['old-key', withGrant({ fileChanged: '2020-01-01T00:00:00Z' }), { maxAgeDays: 365 }],
    ['expired-line', withGrant({ standing: 'closed', why: ['it was good until 20200101'] })],
    ['revoked-key', withGrant({ standing: 'closed', why: ['revoked in /x'] })],
    ['root-unrestricted', withGrant({ uid: 0, account: 'root' })],
    ['authority-unbounded', withGrant({ authority: true, options: [option('cert-authority')] })],
    [
      'environment-option',
      withGrant(
        { options: [option('environment', 'LD_PRELOAD=/x')] },
        { settings: { ...host.settings, userEnvironment: true } },
      ),
    ],
    ['command-without-restrict', withGrant({ options: [option('command', 'id')] })],
    [
      'restriction-undone',
      withGrant(
        {},
        {
          grants: [
            { ...plain, options: [option('from', '10.0.0.1')] },
            { ...plain, line: 2 },
          ],
        },
      ),
    ],
    ['duplicate-key', withGrant({}, second({}))],
    ['old-file-name', withGrant({ file: '/home/alice/.ssh/authorized_keys2' })],
    ['key-without-shell', withGrant({ shell: false })],
    ['stray-file', withGrant({}, { strays: host.strays })],
    [
      'malformed-line',
      withGrant({}, { skipped: [{ account: 'alice', file: '/x', line: 1, why: 'typographic quotes' }] }),
    ],
    [
      'private-key-there',
      withGrant({}, { skipped: [{ account: 'alice', file: '/x', line: 1, why: 'a private key was pasted here' }] }),
    ],
    ['shared-key', withGrant({}, second({ account: 'bob', uid: 1001, file: '/home/bob/.ssh/authorized_keys' }))],
    ['host-key-opens-account', withGrant({ fingerprint: hostKeys[0]?.fingerprint ?? '' })],
    [
      'key-lies-on-server',
      withGrant(
        {},
        {
          holders: [{ ...plain, privateHalf: true }].map(
            ({ account, file: at, privateHalf, fingerprint, type, size, comment }) => ({
              account,
              file: at,
              privateHalf,
              fingerprint,
              type,
              size,
              comment,
            }),
          ),
        },
      ),
    ],
    ['shared-host-key', ring(sound, { ...sound, grants: [], door: 'web2', name: 'web2' })],
    ['certificate-long', withGrant({}, file({ validBefore: undefined }))],
    ['host-certificate-expired', withGrant({}, file({ role: 'host', validBefore: '2020-01-01T00:00:00Z' }))],
    [
      'own-key-unprotected',
      {
        ...ring(sound),
        own: [
          {
            file: '/home/me/.ssh/id',
            fingerprint: plain.fingerprint,
            type: plain.type,
            size: 256,
            comment: '',
            privateHalf: 'plain',
          },
        ],
      },
    ],
  ];

  it.each(cases)('%s', (...one) => {
    const [id, all, policy] = one;
    const hits = found(all, policy).filter((one) => one.id === id);
    expect(hits.length).toBeGreaterThan(0);
    for (const { text, why, action, evidence } of hits) {
      expect([text, why, action, ...evidence.map((one) => one.text)].join(' ')).not.toMatch(/undefined|NaN|\[object/);
      expect(evidence.length).toBeGreaterThan(0);
    }
    // One fault is one finding of one kind, but for what a second line of the same key is anyway.
    expect(
      ids(all, policy).filter((other) => other !== id && other !== 'duplicate-key' && other !== 'key-without-shell'),
    ).toEqual([]);
  });

  it('has an example of each of its rules', () => {
    expect([...cases.map(([id]) => id)].sort()).toEqual(KEY_RULES.map(({ id }) => id).sort());
  });

  it('does not call a key unused where the log does not reach', () => {
    const never = { lastLogin: undefined, seen: 'not-seen' as const };
    const log = (since: string) => ({ log: { since, sources: ['journal'], kept: true } });
    expect(ids(withGrant(never, log('2020-01-01T00:00:00Z')), { unusedDays: 90 })).toEqual(['unused-key']);
    const short = withGrant(never, log(new Date(now - 86_400_000).toISOString()));
    expect(ids(short, { unusedDays: 90 })).toEqual([]);
    const { unknown } = auditKeys(short, { now, unusedDays: 90 });
    expect(unknown[0]?.what).toBe('whether 1 keys were used in the last 90 days');
  });

  it('does not take a door that is closed for one that is open', () => {
    const closed = { standing: 'closed' as const, why: ['x'] };
    for (const { severity } of found(withGrant({ uid: 0, account: 'root', ...closed }))) expect(severity).toBe('low');
    expect(ids(withGrant({}, second({ account: 'bob', uid: 1001, ...closed })))).toEqual([]);
  });

  it('takes the same name on many hosts for one person', () => {
    const other = { ...sound, door: 'web2', name: 'web2', hostKeys: [] };
    expect(ids(ring(sound, other))).toEqual([]);
  });
});

describe('what is printed of keys', () => {
  const evil = '=cmd|calc!A1,"x"\u001b[31m\u202e\r\nroot';
  const bad = ring({ ...host, name: evil, grants: [{ ...plain, comment: evil, account: evil, why: [evil] }] });

  it('is escaped on a terminal', () => {
    const o = { color: false, width: 100, verbose: true };
    const text = keysText(bad, o) + keysAuditText(auditKeys(bad, { now }), o);
    expect(text).not.toMatch(/[\u001b\u202e\r]/);
    expect(text).toContain('\\x1b[31m');
  });

  it('is no formula in a table', () => {
    const text = csv(
      ['principal', 'account'],
      accessRows(bad).map((row) => ({ ...row })),
    );
    const [, row, ...rest] = text.split('\r\n');
    expect(rest).toEqual(['']);
    expect(row).toMatch(/^"'=cmd\|calc!A1,""x""/);
    expect(row).not.toMatch(/[\u001b\u202e\r\n]/);
  });

  it('is a graph whose edges lead from node to node', () => {
    const { nodes, edges } = keyGraphSchema.parse(keyGraph(ring(host, { ...host, door: 'b', name: 'web2' })));
    const known = new Set(nodes.map(({ id }) => id));
    expect(known.size).toBe(nodes.length);
    for (const { from, to } of edges) expect([known.has(from), known.has(to)]).toEqual([true, true]);
    // deploy holds the key that opens root.
    const held = edges.find(({ kind, from }) => kind === 'holds' && from === 'account:deploy@web1');
    expect(edges).toContainEqual(expect.objectContaining({ kind: 'opens', from: held?.to, to: 'account:root@web2' }));
  });
});
