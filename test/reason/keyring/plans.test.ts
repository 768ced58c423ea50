import { describe, expect, it } from 'vitest';
import { hostKeyring } from '../../../src/facts/keyring/index.ts';
import type { Bundle, Section } from '../../../src/model/bundle.ts';
import { type Change, commandsOf } from '../../../src/model/change.ts';
import { type KeyPlan, plainKey } from '../../../src/reason/keyring/plain-key.ts';
import { knownKey, planRevoke } from '../../../src/reason/keyring/revoke.ts';
import { planAdd, planRemove } from '../../../src/reason/keyring/rotate.ts';
import { bundles } from '../../cause-test.ts';
import { text } from '../../facts/access/keys.ts';

const [first] = bundles('keyring');
if (!first) throw new Error('no host was captured');
const [, host] = first;
const LIST = 'file:/etc/ssh/revoked';
const CONFIG = 'file:/etc/ssh/sshd_config.d/10-keys.conf';

function changed(edits: Readonly<Record<string, Section | ((before: string) => string)>>, from: Bundle = host): Bundle {
  const sections = { ...from.sections };
  for (const [name, edit] of Object.entries(edits))
    sections[name] = typeof edit === 'object' ? edit : { status: 'ok', text: edit(sections[name]?.text ?? '') };
  return { ...from, sections };
}

/** What the files are once line changes and appended lines are made, as the engine makes them. */
function played(bundle: Bundle, changes: readonly Change[]): Bundle {
  let now = bundle;
  for (const change of changes) {
    const edit = (before: string): string => {
      const lines = before.split('\n');
      if (change.kind === 'append') return [...lines, ...change.lines].join('\n');
      if (change.kind !== 'line') throw new Error(`${change.kind} is not played here`);
      expect(lines[change.line - 1]).toBe(change.was);
      lines[change.line - 1] = change.becomes ?? `# ${change.was}`;
      return lines.join('\n');
    };
    if ('file' in change) now = changed({ [`file:${change.file}`]: edit }, now);
  }
  return now;
}

const changesOf = (plan: KeyPlan): readonly Change[] => {
  if (plan.is !== 'changes') throw new Error(JSON.stringify(plan));
  return plan.changes;
};

function grants(bundle: Bundle, account: string) {
  const made = hostKeyring(bundle, 'x');
  if ('missing' in made) throw new Error(made.missing.what);
  return made.grants.filter((one) => one.account === account);
}

const old = (account: string, comment: string): string => {
  const found = grants(host, account).find((one) => one.comment === comment);
  if (!found) throw new Error(`${account} has no key ${comment}`);
  return found.fingerprint;
};

const fresh = plainKey(text('ed25519.pub'));
if (!fresh) throw new Error('no key');
const DAY = '2026-11-25';

describe('a rotation', () => {
  it.each([
    ['alice', 'alice@laptop'],
    ['alice', 'leaver'],
    ['bob', 'bob@desktop'],
    ['carol', 'backup job'],
    ['root', 'deploy@web1'],
  ])('gives %s in the place of %s a key with the same options, and takes the old one out', (account, comment) => {
    const key = old(account, comment);
    const before = grants(host, account).filter((one) => one.fingerprint === key);
    const added = played(host, changesOf(planAdd(host, account, key, fresh)));
    const withBoth = grants(added, account);
    const mine = (all: typeof before, fingerprint: string) => all.filter((one) => one.fingerprint === fingerprint);
    const gist = (all: typeof before) =>
      all.map(({ file, options, standing }) => JSON.stringify([file, options, standing]));
    expect(mine(withBoth, key)).toHaveLength(before.length);
    expect(gist(mine(withBoth, fresh.fingerprint))).toEqual(gist(before));
    expect(planAdd(added, account, key, fresh).is).toBe('done');
    const removed = played(added, changesOf(planRemove(added, account, key, fresh, DAY)));
    expect(mine(grants(removed, account), key)).toEqual([]);
    expect(gist(mine(grants(removed, account), fresh.fingerprint))).toEqual(gist(before));
    // Nobody else's lines, and no other line of the file.
    expect(grants(removed, account).length).toBe(grants(host, account).length);
    expect(planRemove(removed, account, key, fresh, DAY).is).toBe('done');
    expect(planAdd(removed, account, key, fresh).is).toBe('done');
  });

  it('is refused where the old key does not stand, and where the new one does not stand beside it', () => {
    const strange = `SHA256:${'A'.repeat(43)}`;
    expect(planAdd(host, 'alice', strange, fresh)).toMatchObject({
      is: 'refused',
      why: expect.stringContaining('does not stand'),
    });
    expect(planAdd(host, 'nobody-at-all', strange, fresh).is).toBe('refused');
    expect(planRemove(host, 'alice', old('alice', 'alice@laptop'), fresh, DAY).is).toBe('refused');
  });

  it('keeps options that look like keys', () => {
    const key = old('carol', 'carol');
    const odd = changed({
      'file:/home/carol/.ssh/authorized_keys': (before) =>
        `command="echo ecdsa-sha2-nistp384 AAAA \\"x\\"",restrict\t${before}`,
    });
    const [change] = changesOf(planAdd(odd, 'carol', key, fresh));
    expect(change).toMatchObject({
      becomes: expect.stringMatching(
        /^command="echo ecdsa-sha2-nistp384 AAAA \\"x\\"",restrict ssh-ed25519 AAAA\S+ .*\ncommand=/,
      ),
    });
  });

  it('puts nothing into a line but the key', () => {
    const evil = plainKey(`${fresh.type} ${fresh.blob} x\u001b[2J\u202e`);
    expect(evil?.comment).toBe('x[2J');
    expect(plainKey(`${fresh.type} ${fresh.blob}\nssh-ed25519 AAAA`)?.comment ?? '').not.toContain('\n');
    expect(plainKey('-----BEGIN OPENSSH PRIVATE KEY-----')).toBeUndefined();
    expect(plainKey('ssh-rsa AAAA')).toBeUndefined();
  });
});

describe('a revocation', () => {
  const key = old('alice', 'alice@laptop');

  it('goes into the list that there is, once', () => {
    const plan = planRevoke(host, key, undefined);
    const now = played(host, changesOf(plan));
    for (const account of ['alice', 'root', 'relay'])
      for (const one of grants(now, account).filter(({ fingerprint }) => fingerprint === key))
        expect(one.why).toContain('revoked in /etc/ssh/revoked');
    expect(planRevoke(now, key, undefined).is).toBe('done');
  });

  it('makes a list where there is none, and names it before anything else', () => {
    const bare = changed({ [CONFIG]: () => '' });
    const [list, config, reload] = changesOf(planRevoke(bare, key, undefined));
    expect(list).toMatchObject({
      kind: 'write',
      file: '/etc/ssh/revoked_keys',
      text: expect.stringContaining('\nssh-ed25519 AAAA'),
    });
    expect(config).toMatchObject({ kind: 'write', file: '/etc/ssh/sshd_config.d/00-sshwhy-revoked.conf' });
    expect(reload).toMatchObject({ kind: 'unit', unit: 'ssh', action: 'reload', check: true });
    const late = changed({ 'file:/etc/ssh/sshd_config': (before) => `Port 22\n${before}` }, bare);
    expect(changesOf(planRevoke(late, key, undefined))[1]).toMatchObject({
      kind: 'prepend',
      file: '/etc/ssh/sshd_config',
    });
  });

  it('goes into a KRL by ssh-keygen, by its fingerprint where no more is known', () => {
    const krl: Section = { status: 'ok', text: `# base64\n${text('keys.krl')}` };
    const { [LIST]: _, ...sections } = changed({ 'krl:/etc/ssh/revoked': krl }).sections;
    const binary = { ...host, sections };
    const told = (fingerprint: string) =>
      changesOf(planRevoke(binary, fingerprint, undefined))
        .flatMap(commandsOf)
        .join();
    expect(told(key)).toMatch(/^printf '%s\\n' 'ssh-ed25519 AAAA\S+' \| ssh-keygen -q -k -u -f \/etc\/ssh\/revoked -$/);
    const strange = `SHA256:${'A'.repeat(43)}`;
    expect(told(strange)).toContain(`'hash: ${strange}'`);
  });

  it.each<[string, Parameters<typeof changed>[0], RegExp]>([
    ['a list that is not there', { [LIST]: { status: 'absent', text: '' } }, /not there or was not read/],
    [
      'a list in a Match block alone',
      { [CONFIG]: () => 'Match User bob\n  RevokedKeys /etc/ssh/revoked' },
      /Match block only/,
    ],
    [
      'a list that hangs on the address',
      { [CONFIG]: () => 'Match Address 10.0.0.0/8\n  RevokedKeys /etc/ssh/revoked' },
      /hangs on where/,
    ],
    ['a file of sshd_config that was not read', { [CONFIG]: { status: 'denied', text: '' } }, /was not read/],
  ])('is refused with %s', (_, edits, why) => {
    expect(planRevoke(changed(edits), key, undefined)).toMatchObject({
      is: 'refused',
      why: expect.stringMatching(why),
    });
  });

  it('wants the key itself for a list of keys', () => {
    const strange = `SHA256:${'A'.repeat(43)}`;
    expect(planRevoke(host, strange, undefined)).toMatchObject({
      is: 'refused',
      why: expect.stringContaining('give the .pub file'),
    });
    expect(planRevoke(host, strange, fresh).is).toBe('changes');
    expect(knownKey(host, key)).toMatchObject({ fingerprint: key });
  });
});
