import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { GATES } from '../../src/model/gate.ts';
import type { Attack, Document } from './attacks.ts';
import { type Came, came, type Door, isWord } from './doors.ts';
import type { Sandbox } from './sandbox.ts';

const quoted = (text: string): string => JSON.stringify(text);

/** The word as name, address, user, group and tag, in each kind of inventory. All that can be dialled is loopback, and it is blocked. */
const INVENTORIES: Readonly<
  Record<Exclude<Document, 'json' | 'profile' | 'bundle' | 'log'>, (word: string) => string>
> = {
  list: (word) => `${word}\n127.0.0.1:1 ${word}\n${word}@127.0.0.1:1\n`,
  csv: (word) =>
    `name,address,user,groups,tags\n"${word.replaceAll('"', '""')}",127.0.0.1,,"${word.replaceAll('"', '""')}","${word.replaceAll('"', '""')}"\nb,"${word.replaceAll('"', '""')}",,,\nc,127.0.0.1,"${word.replaceAll('"', '""')}",,\n`,
  'ansible-ini': (word) =>
    `[web]\n${word} ansible_host=127.0.0.1\na ansible_host=${word}\nb ansible_host=127.0.0.1 ansible_user=${word} ansible_ssh_common_args='${word}'\n[${word}]\nd ansible_host=127.0.0.1\n`,
  yaml: (word) =>
    `all:\n  hosts:\n    ${quoted(word)}: {ansible_host: 127.0.0.1}\n    a: {ansible_host: ${quoted(word)}, ansible_user: ${quoted(word)}}\n  children:\n    ${quoted(word)}: {hosts: {b: {ansible_host: 127.0.0.1}}}\n`,
  'ansible-json': (word) =>
    JSON.stringify({
      [word]: { hosts: ['127.0.0.1', word], vars: { ansible_user: word } },
      _meta: { hostvars: Object.fromEntries([[word, { ansible_host: '127.0.0.1' }]]) },
    }),
  'ssh-config': (word) =>
    `Host ${word} b\n  HostName 127.0.0.1\n  User ${word}\nHost c\n  HostName ${word}\n  ProxyJump ${word}\n`,
  'known-hosts': (word) => `${word} ssh-ed25519 AAAA\n[127.0.0.1]:1,${word} ssh-ed25519 AAAA ${word}\n`,
};
const FORMAT: Readonly<Record<string, string>> = { yaml: 'ansible-yaml' };

async function* inventoried(box: Sandbox, file: string, format: string): AsyncIterable<Came> {
  const words = ['-f', file, '--format', FORMAT[format] ?? format, '--block', '*'];
  yield await came(box, ['fleet', 'check', ...words, '--matrix'], 'terminal');
  yield await came(box, ['fleet', 'check', ...words, '--json'], 'jsonLines');
}

const REPORTS: readonly (readonly [readonly string[], Came['form']])[] = [
  [['--html', '-'], 'html'],
  [['--markdown', '-'], 'markdown'],
  [['--junit', '-'], 'junit'],
  [['--sarif', '-'], 'sarif'],
];

/** A file of a run in which the word is whatever a host or an inventory chose. */
export function runOf(words: readonly string[], outcome: 'closed' | 'open'): string {
  const lines = words.map((word, n) =>
    JSON.stringify({
      ...{
        kind: 'host',
        asked: 'server',
        name: `${n}${word}`,
        address: word,
        port: 22,
        groups: [word, 'web'],
        tags: [word],
      },
      ...{ at: '2026-11-24T00:00:00.000Z', outcome, gate: 'auth', says: word, server: `SSH-2.0-${word}` },
      found: [
        {
          ...{ id: 'auth/user-unknown', verdict: 'confirmed', says: word, subject: word },
          evidence: [{ side: 'server', section: `file:/etc/${word}`, line: 3, text: word }],
          fix: { summary: word, risk: 'safe', where: 'server', commands: [word] },
        },
      ],
      gates: GATES.map((gate) => ({ gate, outcome: 'open' })),
      ms: { tcp: 1 },
      facts: { version: { is: word, at: word }, [`sshd ${word}`]: { is: `${word}${n}` } },
    }),
  );
  return `${lines.join('\n')}\n`;
}

const short = (attack: Attack, box: Sandbox): string => attack.word(box.canary).slice(0, 5000);

export const fleetDoors: readonly Door[] = [
  ...(Object.keys(INVENTORIES) as (keyof typeof INVENTORIES)[]).map(
    (format): Door => ({
      name: `\`fleet check -f\`: an inventory, ${format === 'yaml' ? 'ansible-yaml' : format}`,
      takes: (attack) => isWord(attack) || attack.document.includes(format),
      ask: (attack, box) => {
        const text = isWord(attack) ? INVENTORIES[format](attack.word(box.canary)) : attack.bytes(box.canary);
        return inventoried(box, box.file('inventory', text), format);
      },
    }),
  ),
  {
    name: '`fleet server --on`: the door to each host, and what it says',
    takes: isWord,
    async *ask(attack, box) {
      const file = box.file('hosts.json', INVENTORIES['ansible-json'](attack.word(box.canary)));
      const words = ['-f', file, '--format', 'ansible-json', '--timeout', '5'];
      const door = box.file(
        'door.sh',
        `cat >/dev/null; cat '${box.file('says', attack.bytes(box.canary))}' >&2; exit 1\n`,
      );
      yield await came(
        box,
        ['fleet', 'server', ...words, '--on', `exec:sh ${door} {name} {user}`, '--json'],
        'jsonLines',
      );
    },
  },
  {
    name: '`fleet report`, `drift`, `diff`: text and every form',
    takes: isWord,
    async *ask(attack, box) {
      const word = short(attack, box);
      const [before, after] = (['open', 'closed'] as const).map((outcome) => {
        const file = path.join(box.folder, `${outcome}.jsonl`);
        writeFileSync(file, runOf([word, word, 'x'], outcome));
        return file;
      }) as [string, string];
      yield await came(box, ['fleet', 'report', after, '--alike', 'web'], 'terminal');
      yield await came(box, ['fleet', 'report', after, '--alike', 'web', '--json'], 'jsonLines');
      yield await came(box, ['fleet', 'drift', after], 'terminal');
      yield await came(box, ['fleet', 'diff', before, after], 'terminal');
      yield await came(box, ['fleet', 'diff', before, after, '--json'], 'json');
      for (const [flags, form] of REPORTS) {
        yield await came(box, ['fleet', 'report', after, '--alike', 'web', ...flags], form);
        yield await came(box, ['fleet', 'diff', before, after, ...flags], form);
      }
    },
  },
  {
    name: 'a file in place of a run',
    takes: ({ document }) => document.length > 0,
    async *ask(attack, box) {
      const file = box.file('run.jsonl', attack.bytes(box.canary));
      yield await came(box, ['fleet', 'report', file], 'terminal');
      yield await came(box, ['fleet', 'diff', file, file], 'terminal');
      yield await came(box, ['fleet', 'drift', file], 'terminal');
    },
  },
];
