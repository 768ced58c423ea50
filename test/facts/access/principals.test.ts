import { expect, it } from 'vitest';
import { parsePrincipals, principalLine, principalListed } from '../../../src/facts/access/principals.ts';

const names = (...lines: string[]) =>
  parsePrincipals(lines).map(({ line, name, options }) => [line, name, [...options.keys()]]);

// Each of these was tried with a real login on hosts of the three releases (oracle/access.ts --certificates).
it('a line is a name, with options before its last blank, and a comment behind #', () => {
  expect(
    names('alice', '', ' admins # of the house', '# nobody', 'from="10.77.0.0/16" ops', '\tno-pty\tbob\t'),
  ).toEqual([
    [1, 'alice', []],
    [3, 'admins', []],
    [5, 'ops', ['from']],
    [6, 'bob', ['no-pty']],
  ]);
});

it('a line with an option that sshd does not know counts for nothing', () => {
  expect(names('bogus alice', 'alice bob', 'from=10.0.0.1 alice')).toEqual([]);
});

it('a carriage return is part of the name', () => {
  // The collector writes it as two characters.
  expect(names('alice\\r')).toEqual([[1, 'alice\\r', []]]);
});

it('the first line with a name decides', () => {
  const lines = parsePrincipals(['from="192.0.2.1" alice', 'alice']);
  expect(principalLine(lines, ['ops', 'alice'])?.line).toBe(1);
  expect(principalLine(lines, ['Alice'])).toBeUndefined();
});

it.each([
  ['alice,ops', ['ops'], true, true],
  ['alice', ['ops,alice'], true, false],
  ['alice', ['ops,alice'], false, true],
  ['ops,,alice', ['alice'], true, false],
  ['*', ['alice'], true, false],
  ['alice', [], false, false],
])('principals="%s" and %j, exactly %s: %s', (list, own, exact, is) =>
  expect(principalListed(list, own, exact)).toBe(is),
);
