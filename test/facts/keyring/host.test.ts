import { describe, expect, it } from 'vitest';
import { hostKeyring } from '../../../src/facts/keyring/index.ts';
import type { Bundle, Section } from '../../../src/model/bundle.ts';
import { type Grant, type HostKeyring, hostKeyringSchema } from '../../../src/model/keys.ts';
import { bundles } from '../../cause-test.ts';

const hosts = bundles('keyring');

function keyring(
  bundle: Bundle,
  edits: Readonly<Record<string, Section | ((before: string) => string) | null>> = {},
): HostKeyring {
  const sections = { ...bundle.sections };
  for (const [name, edit] of Object.entries(edits)) {
    if (edit === null) delete sections[name];
    else if (typeof edit === 'object') sections[name] = edit;
    else sections[name] = { status: 'ok', text: edit(sections[name]?.text ?? '') };
  }
  const made = hostKeyring({ ...bundle, sections }, 'test');
  if ('missing' in made) throw new Error(`${made.missing.what}: ${made.missing.why}`);
  return hostKeyringSchema.parse(made);
}

const CONFIG = 'file:/etc/ssh/sshd_config';
const inFront = (line: string) => ({ [CONFIG]: (text: string) => `${line}\n${text}` });
const of = ({ grants }: HostKeyring, account: string): Grant[] => grants.filter((one) => one.account === account);
const told = ({ comment, standing, seen }: Grant) => `${comment} ${standing} ${seen}`;

describe('who can log in with which key', () => {
  it.each(hosts)('is told of %s', (name, bundle) => {
    const host = keyring(bundle);
    expect(host.name).toBe('web1');
    expect(of(host, 'alice').map(told)).toEqual([
      'alice@laptop open seen',
      'bob@desktop open seen',
      'leaver open seen',
    ]);
    expect(of(host, 'alice').map(({ file, line }) => `${file}:${line}`)).toEqual([
      '/home/alice/.ssh/authorized_keys:1',
      '/home/alice/.ssh/authorized_keys:2',
      '/home/alice/.ssh/authorized_keys2:1',
    ]);
    expect(of(host, 'root').map(told)).toEqual(['alice@laptop open seen', 'deploy@web1 open seen']);
    const dsa = name.startsWith('trixie') ? [] : ['ancient closed not-seen'];
    expect(of(host, 'bob').map(told)).toEqual([
      'bob@desktop open seen',
      'old@router open seen',
      ...dsa,
      'the CA open not-seen',
      'from afar open not-seen',
    ]);
    expect(of(host, 'deploy').map(({ why }) => why)).toEqual([
      ['it was good until 20200101'],
      ['revoked in /etc/ssh/revoked'],
    ]);
    expect(of(host, 'relay').map(({ shell }) => shell)).toEqual([false]);
    expect(of(host, 'carol').map(({ size }) => size)).toEqual([384, 256, 256, 256]);
    expect(host.authorities.map(({ kind, patterns }) => [kind, patterns])).toEqual([
      ['users', undefined],
      ['hosts', '*.example.org'],
    ]);
    expect(host.holders).toMatchObject([{ account: 'deploy', privateHalf: true, comment: 'deploy@web1' }]);
    expect(host.strays.map(({ file, keys }) => [file, keys.length])).toEqual([
      ['/home/alice/.ssh/authorized_keys.bak', 2],
      ['/home/carol/.ssh/somebody.pub', 1],
    ]);
    expect(host.skipped).toMatchObject([{ account: 'bob', why: 'the key is not complete' }]);
    expect(host.certificates.map(({ source, id, account }) => [source, id, account])).toEqual([
      ['file', 'alice-laptop', 'alice'],
      ['log', 'alice-laptop', 'alice'],
    ]);
    expect(host.blind).toEqual([]);
  });

  const [, bundle] = hosts[0] ?? [];
  if (!bundle) throw new Error('no host was captured');

  it.each<[string, string, RegExp]>([
    ['root', 'PermitRootLogin no', /PermitRootLogin is off \(line 1 of \/etc\/ssh\/sshd_config\)/],
    ['root', 'PermitRootLogin forced-commands-only', /keys with a command only/],
    ['alice', 'PubkeyAuthentication no', /PubkeyAuthentication is off/],
    ['alice', 'AllowUsers bob', /AllowUsers in line 1 of/],
    ['alice', 'RevokedKeys /etc/ssh/nowhere', /cannot read \/etc\/ssh\/nowhere/],
    ['alice', 'AuthenticationMethods password', /asks for no key/],
    ['alice', 'PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256', /sshd takes no ssh-/],
  ])('%s is kept out by %s', (account, line, why) => {
    const found = of(
      keyring(bundle, { ...inFront(line), 'file:/etc/ssh/nowhere': { status: 'absent', text: '' } }),
      account,
    );
    expect(found.length).toBeGreaterThan(0);
    for (const grant of found) {
      expect(grant.standing).toBe('closed');
      expect(grant.why.join('; ')).toMatch(why);
    }
  });

  it('may need more than the key', () => {
    const host = keyring(bundle, inFront('AuthenticationMethods publickey,password publickey,publickey'));
    expect(of(host, 'alice').map(({ standing, needs }) => [standing, needs])[0]).toEqual(['open', ['password']]);
  });

  it('hangs on the address where a block does', () => {
    const tail = { [CONFIG]: (text: string) => `${text}\nMatch Address 10.0.0.0/8\n  PubkeyAuthentication no` };
    for (const grant of of(keyring(bundle, tail), 'alice')) {
      expect(grant.standing).toBe('unknown');
      expect(grant.why.join()).toMatch(/pubkeyauthentication comes to \(it hangs on where/);
    }
  });

  it('is closed by modes that sshd does not trust, and not known where they were not seen', () => {
    const loose = (text: string) =>
      text.replace(/^(file\t)0600(.*\/home\/alice\/\.ssh\/authorized_keys)$/m, '$10666$2');
    const [first] = of(keyring(bundle, { paths: loose }), 'alice');
    expect(first).toMatchObject({ standing: 'closed' });
    const unseen = (text: string) => text.replace(/^.*\/home\/alice\/\.ssh\/authorized_keys$/m, '');
    expect(of(keyring(bundle, { paths: unseen }), 'alice')[0]).toMatchObject({ standing: 'unknown' });
  });

  it('says what it has not seen', () => {
    const cut: Section = {
      status: 'ok',
      detail: 'truncated',
      text: bundle.sections['file:/home/alice/.ssh/authorized_keys']?.text ?? '',
    };
    const told_ = (host: HostKeyring) => host.blind.map(({ what, why }) => `${what}: ${why}`).join('\n');
    expect(told_(keyring(bundle, { 'file:/home/alice/.ssh/authorized_keys': cut }))).toMatch(/the end of .*too long/);
    expect(told_(keyring(bundle, { 'file:/home/alice/.ssh/authorized_keys': { status: 'denied', text: '' } }))).toMatch(
      /alice.*denied/,
    );
    expect(told_(keyring(bundle, { meta: (text) => text.replace(/^uid=0$/m, 'uid=1000') }))).toMatch(/not root/);
    expect(told_(keyring(bundle, { 'keys-elsewhere': null }))).toMatch(/sshd does not read: not-collected/);
    expect(told_(keyring(bundle, inFront('AuthorizedKeysCommand /bin/sh\nAuthorizedKeysCommandUser nobody')))).toMatch(
      /AuthorizedKeysCommand/,
    );
  });

  it.each([
    [
      'there is no log',
      { 'log-keys': { status: 'absent', text: '' } as Section, 'log-sshd': { status: 'absent', text: '' } as Section },
    ],
    ['the log may not be read', { 'log-keys': { status: 'denied', text: '' } as Section }],
    ['sshd keeps logins to itself', inFront('LogLevel ERROR')],
  ])('does not take a key for unused where %s', (_, edits) => {
    const host = keyring(bundle, edits);
    expect(of(host, 'alice').map(({ seen }) => seen)).not.toContain('not-seen');
    expect(host.blind.map(({ what }) => what).join()).toMatch(/when keys were used/);
  });

  it('is also told of the newest lines of the log alone', () => {
    const [, plain] = bundles('healthy').find(([name]) => name === 'bookworm-plain.bundle') ?? [];
    if (!plain) throw new Error('no healthy host was captured');
    const host = keyring(plain);
    expect(of(host, 'alice').map(({ seen }) => seen)).toEqual(['seen']);
    expect(host.blind.map(({ what }) => what)).toContain('older logins');
  });
});
