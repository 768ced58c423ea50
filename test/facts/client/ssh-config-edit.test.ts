import { describe, expect, it } from 'vitest';
import type { SshConfig } from '../../../src/facts/client/ssh-config.ts';
import { setForHost, setForTyped } from '../../../src/facts/client/ssh-config-edit.ts';

const config = (...argv: string[]): SshConfig => ({
  argv,
  hostname: '192.0.2.1',
  port: 22,
  user: 'alice',
  identityFiles: [],
  identitiesOnly: false,
  strictHostKeyChecking: 'ask',
  addressFamily: 'any',
  options: new Map(),
});

describe('an option for one host', () => {
  it('stands in front, and what followed goes on for everybody', () => {
    expect(setForTyped(config('-v', 'web1'), 'Port', '2222')).toEqual({
      kind: 'prepend',
      file: '~/.ssh/config',
      lines: ['Host web1', '    Port 2222', 'Host *'],
    });
  });

  it.each([
    ['Port', ['-p', '22']],
    ['Port', ['-p22']],
    ['Port', ['-o', 'Port=22']],
    ['Port', ['-oport 22']],
    ['Port', ['-F', '/tmp/config']],
    ['Ciphers', ['-c', 'aes128-ctr']],
    ['MACs', ['-m', 'hmac-sha2-256']],
    ['AddressFamily', ['-6']],
  ])('%s is not set where %j goes over it', (option, flags) => {
    expect(setForTyped(config(...flags, 'web1'), option, 'x')).toBeUndefined();
  });

  it.each([
    ['Port', ['-o', 'PortX=22']],
    ['Port', ['-o', 'ProxyJump=port']],
    ['Ciphers', ['-p', '22']],
  ])('%s is set in spite of %j', (option, flags) => {
    expect(setForTyped(config(...flags, 'web1'), option, 'x')).toBeDefined();
  });

  it.each(['*', 'a b', 'x\nHost *', '!web1', ''])('is not made for %j, which would be another pattern', (host) => {
    expect(setForHost(host, 'Port 22')).toBeUndefined();
  });
});
