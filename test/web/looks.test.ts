import { describe, expect, it } from 'vitest';
import { parseListen, parseOrigin } from '../../src/cli/serve.ts';
import { looks } from '../../src/cli/serve-looks.ts';
import type { DiagnoseForm } from '../../src/web/api.ts';
import { isLoopback } from '../../src/web/server/listen.ts';

describe('a form that would be more than words for ssh is refused', () => {
  const forms: readonly [string, Partial<DiagnoseForm>][] = [
    ['a destination that is an option', { target: '-oProxyCommand=id' }],
    ['a host that is an option', { target: 'alice@-oProxyCommand=id' }],
    ['a destination for a shell', { target: 'alice@$(id)' }],
    ['a destination of two lines', { target: 'web1\nProxyCommand id' }],
    ['a destination with an escape sequence', { target: 'web1\u001b[2J' }],
    ['nothing', { target: '' }],
    ['a user that is an option', { target: 'web1', login: '-oProxyCommand=id' }],
    ['a user for a shell', { target: 'web1', login: 'a`id`' }],
    ['a jump host that is an option', { target: 'web1', jump: '-oProxyCommand=id' }],
    ['a jump host for a shell', { target: 'web1', jump: 'a;id' }],
    ['a key that is an option', { target: 'web1', identity: ['-oProxyCommand=id'] }],
    ['a configuration that is an option', { target: 'web1', configFile: '-oProxyCommand=id' }],
    ['a program', { target: 'web1', option: ['ProxyCommand=id'] }],
    ['a program, in other letters', { target: 'web1', option: ['pRoXyCommand id'] }],
    ['a program on the way', { target: 'web1', option: ['LocalCommand=id'] }],
    ['a program that knows hosts', { target: 'web1', option: ['KnownHostsCommand=/bin/id'] }],
    ['a library', { target: 'web1', option: ['PKCS11Provider=/tmp/x.so'] }],
    ['a file that is included', { target: 'web1', option: ['Include=/tmp/x'] }],
    ['a host name that goes to a proxy command', { target: 'web1', option: ['HostName=$(id)'] }],
    ['a value for a shell', { target: 'web1', option: ['Ciphers=$(id)'] }],
    ['a value of two lines', { target: 'web1', option: ['Ciphers=a\nProxyCommand=id'] }],
    ['a door that runs a command', { target: 'web1', on: 'exec:id' }],
    ['a door that is an option', { target: 'web1', on: 'ssh:-oProxyCommand=id' }],
    ['a door of no kind', { target: 'web1', on: 'constructor:x' }],
    ['another machine that runs a command', { target: 'web1', vantage: ['exec:id'] }],
    ['an address that is none', { target: 'web1', from: '1.2.3.4; id' }],
    ['a port that is none', { target: 'web1', port: '22 -oProxyCommand=id' }],
  ];
  it.each(forms)('%s', (_, form) => {
    expect(() => looks.diagnose({ target: 'web1', ...form })).toThrow(/./);
  });

  it.each([
    { on: 'exec:id' },
    { user: '-x' },
    { user: 'a b' },
    { from: 'x' },
    { port: '0' },
    { key: '-x' },
    { key: '/etc/shadow' },
  ])('of a server: %o', (form) => {
    expect(() => looks.server(form)).toThrow(/./);
  });
});

it('says the same for the terminal, in words that a shell leaves as they are', () => {
  const asked = looks.diagnose({
    ...{ target: 'alice@web1:2222', on: 'ssh:root@web1', from: '192.0.2.1', login: 'bob', jump: 'gate', family: '4' },
    ...{ option: ['Ciphers = aes256-ctr'], identity: ["/home/alice/my key's"], vantage: ['docker:x'], timeout: 5 },
  });
  expect(asked.command).toBe(
    "sshwhy -4 -J gate -i '/home/alice/my key'\\''s' -o Ciphers=aes256-ctr -l bob --on ssh:root@web1 --from 192.0.2.1 --vantage docker:x --timeout 5 alice@web1:2222",
  );
  expect(asked.fixCommand).toBe(
    "sshwhy fix -4 -J gate -i '/home/alice/my key'\\''s' -o Ciphers=aes256-ctr -l bob --on ssh:root@web1 --from 192.0.2.1 alice@web1:2222",
  );
  expect(looks.server({ user: 'bob', from: '192.0.2.1' }).command).toBe('sshwhy server --user bob --from 192.0.2.1');
});

describe('where to listen', () => {
  it('is an address and a port', () => {
    expect(parseListen('127.0.0.1:0')).toEqual({ host: '127.0.0.1', port: 0 });
    expect(parseListen('[::1]:8022')).toEqual({ host: '::1', port: 8022 });
    expect(parseListen('8022')).toEqual({ host: '127.0.0.1', port: 8022 });
    for (const word of ['', 'x', ':1', '::1', '1.2.3.4', '127.0.0.1:65536', 'a b:1', 'http://x:1'])
      expect(() => parseListen(word)).toThrow(/./);
  });

  it('is loopback, or not', () => {
    for (const host of ['127.0.0.1', '127.8.9.1', '::1', 'localhost']) expect(isLoopback(host)).toBe(true);
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.org', 'localhost.example.org', '128.0.0.1'])
      expect(isLoopback(host)).toBe(false);
  });

  it('is reached as an origin', () => {
    expect(parseOrigin('https://SSH.example.org')).toEqual(['https://ssh.example.org']);
    expect(parseOrigin('https://ssh.example.org:8443/', ['http://x'])).toEqual([
      'http://x',
      'https://ssh.example.org:8443',
    ]);
    for (const word of ['ssh.example.org', 'https://a/b', 'https://a?b', 'https://u@a', 'javascript:x', '*'])
      expect(() => parseOrigin(word)).toThrow(/./);
  });
});
