import { expect, test } from 'vitest';
import { remembered } from '../../../src/facts/events/remembered.ts';
import { wordingsOf } from '../../../src/knowledge/events/event.ts';
import { eventTypes } from '../../../src/knowledge/events/index.ts';

const ids = (text: string): string[] | undefined => remembered(text)?.kinds.map(({ type }) => type.id);

test.each([
  ['Connection refused', 'ssh/refused'],
  ['connection   REFUSED', 'ssh/refused'],
  ['Connection timed out', 'ssh/timed-out'],
  ['Permission denied', 'ssh/permission-denied'],
  ['Permission denied!', 'ssh/permission-denied'],
  ['No route to host', 'ssh/no-route'],
  ['Host key verification failed', 'ssh/host-key-failed'],
  ['kex_exchange_identification', 'ssh/identification-closed'],
  ['connect to host web1 port 22: Connection refused', 'ssh/refused'],
  [
    'fatal: [web1]: UNREACHABLE! => {"changed": false, "msg": "Failed to connect to the host via ssh: ssh: connect to host web1 port 22: Connection refused", "unreachable": true}',
    'ssh/refused',
  ],
  [
    '{"msg": "Failed to connect to the host via ssh: alice@web1: Permission denied (publickey,password)."}',
    'ssh/permission-denied',
  ],
])('%s', (words, id) => {
  expect(ids(words)?.[0]).toBe(id);
});

test.each(['', 'abc', '   ', 'hello you there', ': : :'])('nothing is made of "%s"', (words) => {
  expect(remembered(words)).toBeUndefined();
});

test('nothing is made of a text that is one long edge', () => {
  expect(remembered('"'.repeat(1e6))).toBeUndefined();
});

test('what many messages have is cut, and it is said how many more there are', () => {
  const said = remembered('port');
  expect(said?.kinds).toHaveLength(6);
  expect(said?.more).toBeGreaterThan(10);
});

test('a wording shows no marks of the table, with alternatives within alternatives, too', () => {
  for (const { says } of eventTypes)
    for (const one of wordingsOf(says)) expect(one).not.toMatch(/\[\[|\]\]|<<|>>|\{\w+\}/);
  expect(wordingsOf('<<a {n} <<b|c>>|d[[ e]]>> f')).toEqual(['a … b f', 'a … c f', 'd e f']);
});
