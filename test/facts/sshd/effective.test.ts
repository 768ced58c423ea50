import { describe, expect, it } from 'vitest';
import { type Connection, listenAddresses, type SshdConfig, setting } from '../../../src/facts/sshd/index.ts';
import { parseConfig } from '../../../src/facts/sshd/parse.ts';
import type { Section } from '../../../src/model/bundle.ts';

function config(files: Readonly<Record<string, string>>): SshdConfig {
  const sections = Object.entries(files).map(([path, text]): [string, Section] => [path, { status: 'ok', text }]);
  return parseConfig(new Map(sections), '/etc/ssh/sshd_config');
}

const one = (text: string): SshdConfig => config({ '/etc/ssh/sshd_config': text });
const root: Connection = { user: 'root', addr: '192.0.2.1' };
const values = (of: SshdConfig, keyword: string, who: Connection = root): string =>
  setting(of, keyword, who).values.join(' ');

// Each answer was given by `sshd -T -C user=root,addr=192.0.2.1,…` of 8.4, 9.2 and 10.0.
describe('the value that sshd uses', () => {
  it('adds to the defaults of a release that knows the keyword by an older name', () => {
    const text = 'Match User root\n  PubkeyAcceptedKeyTypes +ssh-rsa';
    const of = parseConfig(new Map([['/etc/ssh/sshd_config', { status: 'ok', text }]]), '/etc/ssh/sshd_config', [8, 4]);
    expect(values(of, 'pubkeyacceptedalgorithms')).toMatch(/(?:^|,)ssh-ed25519,/);
  });

  it('is the first one outside of Match blocks', () => {
    expect(values(one('PasswordAuthentication no\nPasswordAuthentication yes'), 'passwordauthentication')).toBe('no');
  });

  it('is that of a block that matches, whatever stands outside', () => {
    const of = one('PasswordAuthentication no\nMatch User root\n  PasswordAuthentication yes');
    expect(values(of, 'passwordauthentication')).toBe('yes');
    expect(setting(of, 'passwordauthentication', root).shadowed.map(({ line }) => line)).toEqual([1]);
    expect(values(of, 'passwordauthentication', { user: 'bob' })).toBe('no');
  });

  it('is that of the first of several blocks that match', () => {
    const of = one('Match User root\n  MaxAuthTries 2\nMatch Address 192.0.2.0/24\n  MaxAuthTries 3');
    expect(values(of, 'maxauthtries')).toBe('2');
  });

  it('of a list that adds up is that of the blocks alone when one of them matches', () => {
    const of = one('AllowUsers alice\nAllowUsers bob\nMatch User root\n  AllowUsers root');
    expect(values(of, 'allowusers')).toBe('root');
    expect(values(of, 'allowusers', { user: 'bob' })).toBe('alice bob');
  });

  it('in `Match all` counts as standing outside and inside', () => {
    expect(values(one('MaxAuthTries 2\nMatch all\n  MaxAuthTries 3'), 'maxauthtries')).toBe('3');
  });

  it('is not certain while a block that could hold it is not decided, unless one before it is', () => {
    const later = 'Match Address 192.0.2.0/24\n  MaxAuthTries 3';
    expect(setting(one(`MaxAuthTries 2\n${later}`), 'maxauthtries', { user: 'root' }).certain).toBe(false);
    const earlier = one(`Match User root\n  MaxAuthTries 4\n${later}`);
    expect(setting(earlier, 'maxauthtries', { user: 'root' })).toMatchObject({ values: ['4'], certain: true });
  });

  it('hangs on the routing domain, the version and whether the user exists', () => {
    const text = (criteria: string) => one(`Match ${criteria}\n  MaxAuthTries 3`);
    const asked = (criteria: string, who: Connection) => setting(text(criteria), 'maxauthtries', who);
    expect(asked('RDomain blue', { rdomain: 'blue' }).values).toEqual(['3']);
    expect(asked('RDomain blue', { rdomain: '' })).toMatchObject({ values: ['6'], certain: true });
    expect(asked('RDomain blue', {}).certain).toBe(false);
    expect(asked('invalid-user', { exists: false }).values).toEqual(['3']);
    expect(asked('invalid-user', { exists: true }).values).toEqual(['6']);
    expect(asked('version OpenSSH_10.0*', { version: 'OpenSSH_10.0p2 Debian-7' }).values).toEqual(['3']);
    expect(asked('version OpenSSH_10.0p2', { version: 'OpenSSH_10.0p2 Debian-7' }).values).toEqual(['6']);
  });

  it('is of no routing domain where no listener is bound to a device, but for addresses of a link', () => {
    const of = { ...one('Match RDomain *\n  MaxAuthTries 3\nMatch RDomain blue\n  Banner /x'), unbound: true };
    expect(setting(of, 'banner', { addr: '192.0.2.1' })).toMatchObject({ values: ['none'], certain: true });
    expect(setting(of, 'banner', { addr: 'fe80::1' }).certain).toBe(false);
  });
});

// Each answer was given by `sshd -T` of 8.4, 9.2 and 10.0.
describe('where sshd listens', () => {
  it.each([
    ['Port 22\nListenAddress ::1\nPort 2222\nListenAddress 192.0.2.2:99', ['::1 22', '::1 2222', '192.0.2.2 99']],
    ['AddressFamily inet', ['0.0.0.0 22']],
    ['Port 2222', [':: 2222', '0.0.0.0 2222']],
    ['ListenAddress [2001:db8::1]:ssh', ['2001:db8::1 22']],
    ['ListenAddress web1:2222', ['web1 2222']],
  ])('by "%s"', (text, wanted) => {
    expect(listenAddresses(one(text)).map(({ address, port }) => `${address} ${port}`)).toEqual(wanted);
  });
});
