import { describe, expect, it } from 'vitest';
import { type Connection, type SshdConfig, setting } from '../../../src/facts/sshd/index.ts';
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
});
