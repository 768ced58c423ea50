import { type Attack, documents } from './attacks.ts';
import { type Came, came, type Door, isWord } from './doors.ts';
import { keysBundle, PLACES, said } from './places.ts';
import type { Sandbox } from './sandbox.ts';

const WRITTEN = {
  'out.html': 'html',
  'out.md': 'markdown',
  'out.xml': 'junit',
  'out.sarif': 'sarif',
  'out.prom': 'prometheus',
} as const;
const FILES = [
  '--html',
  'out.html',
  '--markdown',
  'out.md',
  '--junit',
  'out.xml',
  '--sarif',
  'out.sarif',
  '--prometheus',
  'out.prom',
];

async function* diagnosed(box: Sandbox, file: string): AsyncIterable<Came> {
  const words = ['server', '--bundle', file];
  yield await came(box, [...words, '--verbose', ...FILES], 'terminal', { files: WRITTEN });
  yield await came(box, [...words, '--json'], 'json');
  yield await came(box, [...words, '--github'], 'github');
  yield await came(box, [...words, '--nagios'], 'nagios');
}

const HARDEN: readonly (readonly [string, Came['form']])[] = [
  ['--verbose', 'terminal'],
  ['--dry-run', 'terminal'],
  ['--json', 'json'],
  ['--sarif', 'sarif'],
  ['--markdown', 'markdown'],
  ['--nagios', 'nagios'],
  ['--github', 'github'],
];

async function* judged(box: Sandbox, file: string): AsyncIterable<Came> {
  for (const [flag, form] of HARDEN)
    yield await came(
      box,
      ['harden', '--bundle', file, flag, ...(flag === '--verbose' ? ['--prometheus', 'harden.prom'] : [])],
      form,
      {
        files: flag === '--verbose' ? { 'harden.prom': 'prometheus' } : {},
      },
    );
}

const placed = (attack: Attack, box: Sandbox, place: keyof typeof PLACES): string =>
  box.file('hostile.bundle', PLACES[place](said(attack.bytes(box.canary))));

const CONFIG = 'values and words of sshd_config';
const SAID = 'log lines, comments, banners, what commands say';

/** What `server --bundle` and others read: a bundle in which somebody else has the word. */
export const bundleDoors: readonly Door[] = [
  ...(Object.keys(PLACES) as (keyof typeof PLACES)[]).map(
    (place): Door => ({
      name: `\`server --bundle\`: ${place}`,
      takes: isWord,
      ask: (attack, box) => diagnosed(box, placed(attack, box, place)),
    }),
  ),
  {
    name: '`server --settings`, `preflight`: the same',
    takes: isWord,
    async *ask(attack, box) {
      const file = placed(attack, box, CONFIG);
      yield await came(box, ['server', '--bundle', file, '--settings', '--verbose'], 'terminal');
      yield await came(box, ['server', '--bundle', file, '--settings', '--json'], 'json');
      yield await came(box, ['preflight', '--bundle', file], 'terminal');
      yield await came(box, ['preflight', '--bundle', file, '--json'], 'json');
    },
  },
  {
    name: '`harden --bundle`',
    takes: isWord,
    async *ask(attack, box) {
      for (const place of [CONFIG, SAID] as const) yield* judged(box, placed(attack, box, place));
    },
  },
  {
    name: '`keys list`, `audit`, `export`',
    takes: isWord,
    async *ask(attack, box) {
      const file = box.file('keys.bundle', keysBundle(attack.bytes(box.canary)));
      for (const [words, form] of [
        [['list', '--verbose'], 'terminal'],
        [['list', '--json'], 'json'],
        [['audit', '--verbose'], 'terminal'],
        [['audit', '--json'], 'json'],
        [['export'], 'csv'],
        [['export', '--format', 'json'], 'json'],
      ] as const)
        yield await came(box, ['keys', ...words, '--bundle', file], form);
    },
  },
  {
    name: 'a file in place of a bundle, a profile or a baseline',
    takes: (attack) => documents.includes(attack),
    async *ask(attack, box) {
      const file = box.file('document', attack.bytes(box.canary));
      yield await came(box, ['server', '--bundle', file], 'terminal');
      yield await came(box, ['keys', 'list', '--bundle', file], 'terminal');
      const good = box.file('good.bundle', PLACES[SAID](said(Buffer.from('x'))));
      yield await came(box, ['harden', '--bundle', good, '--baseline', file], 'terminal');
      yield await came(box, ['server', '--bundle', good, '--cloud', file], 'terminal');
      yield await came(
        box,
        ['harden', '--bundle', good, '--profile', box.file('own.yaml', attack.bytes(box.canary))],
        'terminal',
      );
      yield await came(box, ['explain', file], 'terminal');
    },
  },
];
