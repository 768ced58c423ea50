import { expect, test } from 'vitest';
import { problems, suggestion } from '../../../src/facts/sshd/check.ts';
import type { Connection } from '../../../src/facts/sshd/index.ts';
import { parseConfig } from '../../../src/facts/sshd/parse.ts';
import type { Release } from '../../../src/knowledge/sshd-keywords.ts';

const MAIN = '/etc/ssh/sshd_config';

function said(text: string, release: Release, who?: Connection, included?: string): string[] {
  const files = new Map([[MAIN, { status: 'ok' as const, text }]]);
  if (included !== undefined) files.set('/etc/ssh/d.conf', { status: 'ok', text: included });
  return problems(parseConfig(files, MAIN, release), who).map((problem) => problem.text);
}

// Each was told by the real sshd of that release (oracle/sshd.ts).
test.each<[string, Release, string[]]>([
  ['PermitRotLogin no\nPort x', [9, 2], ['Bad configuration option: PermitRotLogin', 'Badly formatted port number.']],
  ['Match User root\n  Port 22', [9, 2], ["Directive 'Port' is not allowed within a Match block"]],
  ['Match all\n  Port 22', [9, 2], []],
  ['Match Colour red', [8, 4], ['Unsupported Match attribute Colour']],
  ['Match Address 192.0.2.1/24', [10, 0], ["Invalid Match address argument '192.0.2.1/24'"]],
  ['Match\nUsePAM yes', [9, 2], ['no argument after keyword "Match"']],
  ['Banner "x', [10, 0], ['invalid quotes']],
  ['Include', [8, 4], ['Include missing filename argument']],
  ['Subsystem sftp internal-sftp\nSubsystem sftp /x', [9, 2], ["Subsystem 'sftp' already defined."]],
  ['Subsystem sftp internal-sftp\nSubsystem sftp /x', [10, 0], []],
  ['AuthorizedKeysCommand /k\nAuthorizedKeysCommandUser none', [8, 4], []],
  ['AuthorizedKeysCommand /k', [9, 2], ['AuthorizedKeysCommand set without AuthorizedKeysCommandUser']],
  ['AllowUsers a@b@192.0.2.1/24', [9, 2], []],
  ['AllowUsers a@b@192.0.2.1/24', [10, 0], ['invalid AllowUsers pattern: "a@b@192.0.2.1/24"']],
  ['AuthenticationMethods none', [9, 2], []],
  [
    'AuthenticationMethods password\nPasswordAuthentication no',
    [9, 2],
    ['AuthenticationMethods cannot be satisfied by enabled authentication methods'],
  ],
  [
    'AuthenticationMethods password\nAuthenticationMethods any',
    [9, 2],
    ['"any" must appear alone in AuthenticationMethods'],
  ],
  ['AuthenticationMethods publickey\nAuthenticationMethods retina\nUsePAM off', [8, 4], ['unsupported option "off".']],
  ['IPQoS 0x10 af21', [9, 2], []],
  ['IPQoS 0x10 af21', [10, 0], ['Bad IPQoS value: 0x10']],
  ["RekeyLimit '1G 1h'", [10, 0], []],
  ['RekeyLimit default none extra', [8, 4], ['invalid time value.']],
])('%j of %j', (text, release, expected) => {
  expect(said(text, release)).toEqual(expected);
});

test('an included file with errors is the last one that is read', () => {
  expect(said('Include d.conf\nBananas yes', [9, 2], undefined, 'Apples yes')).toEqual([
    'Bad configuration option: Apples',
  ]);
});

test('some mistakes in a Match block show only to whom it applies', () => {
  const text = 'Match User alice\n  Subsystem sftp';
  expect(said(text, [10, 0])).toEqual([]);
  expect(said(text, [10, 0], { user: 'bob' })).toEqual([]);
  expect(said(text, [10, 0], { user: 'alice' })).toEqual(['Missing subsystem command.']);
});

test('a misspelt keyword gets the nearest one, a made-up word none', () => {
  expect(suggestion('PermitRotLogin')).toBe('PermitRootLogin');
  expect(suggestion('colour')).toBeUndefined();
});
