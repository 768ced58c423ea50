import { documents, words } from './attacks.ts';
import type { Door } from './doors.ts';
import { bundleDoors } from './doors-bundle.ts';
import { checkDoors } from './doors-check.ts';
import { fleetDoors } from './doors-fleet.ts';
import { logDoors } from './doors-logs.ts';
import { wordDoors } from './doors-words.ts';

type Listed = Pick<Door, 'name' | 'takes'>;

/** Doors of `sshwhy serve`, which are tests of their own. */
const SERVE: readonly Listed[] = [
  {
    name: '`serve`: questions, addresses, forms; a bundle that is uploaded, its steps as they come, and the answer',
    takes: () => true,
  },
  {
    name: '`serve` in Chromium: the timeline, incidents, fleet, keys, posture, and the answer of a bundle',
    takes: ({ document }) => document.length === 0,
  },
];

const DOORS: readonly Listed[] = [...checkDoors, ...bundleDoors, ...logDoors, ...fleetDoors, ...wordDoors, ...SERVE];

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** docs/hostile-input.md */
export function hostileInput(): string {
  const all = [...words, ...documents];
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return `# What somebody else says

A banner, a user name in a log, a comment behind a key, a name in an inventory: whoever is asked, or tries to get in, chooses what
sshwhy reads. None of it may reach a terminal, a browser, a shell, a spreadsheet or another program as anything but text.

\`npm run test:hostile\` sends every attack of \`test/hostile/corpus\` through every door that it can come in by, and looks at all that comes
out: it holds no character that a terminal obeys (no colour either, as nobody sees it on a terminal) and none that is invisible; HTML,
Markdown, JUnit, SARIF, CSV, JSON, plugins' output, metrics and annotations are parsed, and have only what their template writes; no program
was called with the word but as an argument of its own that is no flag; a file that only a shell would make was not made; exit statuses
are those of \`--help\`; nothing takes longer than its limit; no object of JavaScript has a new member. A door into a browser is
tried in Chromium: no script runs, nothing is asked of another host.

A new attack is a file in \`test/hostile/corpus\`: what it attacks, and its text. A new door is an entry in one of \`test/hostile/doors-*.ts\`.
This page is written by \`npm run gen:hostile\`.

## Doors

${DOORS.map(({ name }, n) => `${n + 1}. ${name}`).join('\n')}

## Attacks

${row(['attack', 'what it attacks', ...DOORS.map((_, n) => String(n + 1))])}
${row(['---', '---', ...DOORS.map(() => ':-:')])}
${all.map((one) => row([one.name, cell(one.attacks), ...DOORS.map((door) => (door.takes(one) ? '●' : ''))])).join('\n')}
`;
}
