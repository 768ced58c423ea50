import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endpointOf } from '../../../src/facts/inventory/endpoint.ts';
import { inventoryFormat, parseInventory } from '../../../src/facts/inventory/index.ts';
import { INVENTORY_FORMATS } from '../../../src/model/inventory.ts';

describe('a list', () => {
  test('of hosts with users, ports and tags', () => {
    const { hosts, problems } = parseInventory(
      'list',
      '# note\nweb1\nbob@web2:2222 eu blue # note\n[2001:db8::1]:22\n2001:db8::2\n',
    );
    expect(problems).toEqual([]);
    expect(hosts).toEqual([
      { name: 'web1', address: 'web1', groups: [], tags: [] },
      { name: 'web2:2222', address: 'web2', port: 2222, user: 'bob', groups: [], tags: ['eu', 'blue'] },
      { name: '[2001:db8::1]:22', address: '2001:db8::1', port: 22, groups: [], tags: [] },
      { name: '2001:db8::2', address: '2001:db8::2', groups: [], tags: [] },
    ]);
  });

  test('as ssh-keyscan takes it', () => {
    const { hosts } = parseInventory('list', '192.0.2.1,192.0.2.2 web,web.example.com\n');
    expect(hosts.map(({ name, address }) => [name, address])).toEqual([
      ['web', '192.0.2.1'],
      ['web', '192.0.2.2'],
    ]);
  });

  test('with lines that are no hosts', () => {
    const { hosts, problems } = parseInventory('list', '-oProxyCommand=id\nweb1:99999\nok\n');
    expect(hosts.map(({ name }) => name)).toEqual(['ok']);
    expect(problems.map(({ line }) => line)).toEqual([1, 2]);
  });
});

test('CSV, whatever its columns are called', () => {
  const text =
    'Name;x,IP,Port,Groups,Login\nweb1,192.0.2.1,2222,"web; eu",bob\n,192.0.2.2,,,\nbad,,,,\nbad2,1.2.3.4,zz,,\n';
  const { hosts, problems } = parseInventory('csv', text);
  expect(hosts).toEqual([
    { name: '192.0.2.1', address: '192.0.2.1', port: 2222, user: 'bob', groups: ['web', 'eu'], tags: [] },
    { name: '192.0.2.2', address: '192.0.2.2', groups: [], tags: [] },
  ]);
  expect(problems).toEqual([
    { line: 4, says: 'it has neither name nor address' },
    { line: 5, says: '"zz" is no port' },
  ]);
});

test('known_hosts: names once, no patterns, hashed ones counted', () => {
  const { hosts, problems } = parseInventory(
    'known-hosts',
    [
      'web1,192.0.2.1 ssh-ed25519 AAAA',
      'web1 ssh-rsa AAAA',
      '[git.example.com]:7999 ssh-rsa AAAA',
      '@cert-authority *.example.com ssh-rsa AAAA',
      '@revoked old ssh-rsa AAAA',
      '|1|abc=|def= ssh-rsa AAAA',
      '',
    ].join('\n'),
  );
  expect(hosts.map(({ name, port }) => [name, port])).toEqual([
    ['web1', undefined],
    ['192.0.2.1', undefined],
    ['git.example.com', 7999],
  ]);
  expect(problems[0]?.says).toMatch(/^1 names are hashed/);
});

test('ssh_config: what names one host', () => {
  const { hosts } = parseInventory(
    'ssh-config',
    'Host web1 db* !old\n  HostName 192.0.2.1\nhost="git" # note\nHost *\n  User bob\n',
  );
  expect(hosts.map(({ name }) => name)).toEqual(['web1', 'git']);
});

test.each([
  ['known_hosts', '', 'known-hosts'],
  ['hosts.yml', '', 'ansible-yaml'],
  ['hosts', '[web]\nweb1\n', 'ansible-ini'],
  ['hosts', 'web1 ansible_host=192.0.2.1\n', 'ansible-ini'],
  ['hosts', '{"all": {}}', 'ansible-json'],
  ['export', 'Hostname,Rack\nweb1,3\n', 'csv'],
  ['/root/.ssh/config', 'Host x\n', 'ssh-config'],
  ['work', 'Host x\n  User bob\n', 'ssh-config'],
  ['hosts.txt', 'web1\nweb2,web3 x\n', 'list'],
])('%s that begins with %j is %s', (name, text, wanted) => {
  expect(inventoryFormat(name, text)).toBe(wanted);
});

test('whatever a file holds, it is read, and no host can become an option', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...INVENTORY_FORMATS),
      fc.string({ unit: 'binary', maxLength: 300 }),
      (format, text) => {
        for (const { address, user = '' } of parseInventory(format, text).hosts) {
          expect(address).not.toMatch(/^-|\s/);
          expect(user).not.toMatch(/^-|\s/);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('an endpoint is given back as it was written', () => {
  fc.assert(
    fc.property(fc.ipV6(), fc.integer({ min: 1, max: 65535 }), (address, port) => {
      expect(endpointOf(`bob@[${address}]:${port}`)).toEqual({ address, port, user: 'bob' });
    }),
  );
});
