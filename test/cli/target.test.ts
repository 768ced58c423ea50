import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../src/cli/target.ts';
import { UsageError } from '../../src/model/errors.ts';

describe('parseTarget', () => {
  it.each([
    ['web1', { host: 'web1' }],
    ['alice@web1', { user: 'alice', host: 'web1' }],
    ['alice@web1:2222', { user: 'alice', host: 'web1', port: 2222 }],
    ['a@corp@web1', { user: 'a@corp', host: 'web1' }],
    ['fe80::1%eth0', { host: 'fe80::1%eth0' }],
    ['[2001:db8::1]:2222', { host: '2001:db8::1', port: 2222 }],
    ['root@[::1]', { user: 'root', host: '::1' }],
    ['ssh://bob@web1:22/', { user: 'bob', host: 'web1', port: 22 }],
    ['DOMAIN-1.example.org', { host: 'DOMAIN-1.example.org' }],
  ])('reads %s', (input, expected) => {
    const { input: said, ...rest } = parseTarget(input);
    expect(said).toBe(input);
    expect(rest).toEqual(expected);
  });

  it.each([
    '',
    'alice@',
    '-oProxyCommand=touch /tmp/x',
    'alice@-oProxyCommand=x',
    '$(touch x)',
    '`id`',
    'web1;id',
    "web1'",
    'a b',
    'web1\n',
    'web\x1b[2J',
    '-l@web1',
    '$(id)@web1',
    'web1:0',
    'web1:65536',
    'web1:22x',
    '[::1',
    '',
  ])('refuses %j', (input) => {
    expect(() => parseTarget(input)).toThrow(UsageError);
  });
});
