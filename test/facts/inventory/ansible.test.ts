import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { expandRange } from '../../../src/facts/inventory/ansible.ts';
import { parseInventory } from '../../../src/facts/inventory/index.ts';
import type { InventoryFormat } from '../../../src/model/inventory.ts';

const read = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, '../../fixtures/inventory', name), 'utf8');

const hosts = (format: InventoryFormat, text: string): string[] => {
  const { hosts: found, problems } = parseInventory(format, text);
  expect(problems).toEqual([]);
  return found
    .map(({ name, address, port, user, groups }) => [name, address, port, user, groups.toSorted().join('+')].join(' '))
    .sort();
};

// The .json and .yml files are what ansible-inventory 2.14 prints of the .ini file: `--list`, `--list -y`.
describe.each(['19', '29', '42'])('inventory %s', (name) => {
  const said = hosts('ansible-json', read(`${name}.json`));

  test('is read as Ansible reads it', () => {
    expect(said.length).toBeGreaterThan(5);
    expect(hosts('ansible-ini', read(`${name}.ini`))).toEqual(said);
  });

  test('is the same in YAML', () => {
    expect(hosts('ansible-yaml', read(`${name}.yml`))).toEqual(said);
  });
});

test.each([
  ['web[08:11].example.com', ['web08.example.com', 'web09.example.com', 'web10.example.com', 'web11.example.com']],
  ['l-[a:c]', ['l-a', 'l-b', 'l-c']],
  ['n[0:6:3]', ['n0', 'n3', 'n6']],
  ['r[1:2]c[1:2]', ['r1c1', 'r1c2', 'r2c1', 'r2c2']],
  ['plain', ['plain']],
  ['[5:1]', undefined],
  ['[1:9:0]', undefined],
  ['[1:a]', undefined],
  ['[0:9999999][0:9999999][0:9999999]', undefined],
])('the range %s', (text, wanted) => {
  expect(expandRange(text)).toEqual(wanted);
});

test('groups that contain each other end', () => {
  const { hosts: found } = parseInventory('ansible-ini', '[a]\nh1\n[a:children]\nb\n[b:children]\na\n');
  expect(found).toMatchObject([{ name: 'h1', groups: ['a', 'b'] }]);
});

test('what cannot be dialled is said and left out', () => {
  const { hosts: found, problems } = parseInventory(
    'ansible-ini',
    "good ansible_host=192.0.2.1\nbad ansible_host='-oProxyCommand=x'\nworse ansible_port=99999\n[web:vars]\nnonsense\n",
  );
  expect(found.map(({ name }) => name)).toEqual(['good']);
  expect(problems.map(({ says }) => says)).toEqual([
    '"nonsense" is no name=value',
    'bad: "-oProxyCommand=x" is no address that can be dialled',
    'worse: "99999" is no port',
  ]);
});

test.each(['ansible-yaml', 'ansible-json'] as const)('%s that is none', (format) => {
  expect(parseInventory(format, '[1, 2').problems).toHaveLength(1);
  expect(parseInventory(format, '"text"').problems).toEqual([{ says: 'it holds no groups' }]);
});
