import { isUtf8 } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { type Came, came, type Door, isWord } from './doors.ts';
import { logOf } from './doors-logs.ts';
import { mendable, PLACES, said } from './places.ts';
import type { Sandbox } from './sandbox.ts';

const STATUSES = [0, 1, 2, 3, 4];
/** What could be the name of a host is dialled, and is for no test. */
const DIALLED = /^[\p{L}\p{N}._:%-]*$/u;

/** A server whose door gives this bundle, and runs whatever else comes. */
function serverOf(box: Sandbox, bundle: Buffer): string {
  const file = box.file('hostile.bundle', bundle);
  const asked = path.join(box.folder, 'asked');
  return box.file(
    'door.sh',
    `cat >'${asked}'\nif grep -q '=== sshwhy bundle 1' '${asked}'; then cat '${file}'; else sh '${asked}'; fi\n`,
  );
}

/** The script is read by a shell, and runs as somebody who can change nothing but the canary. */
function consoled(box: Sandbox, { stdout }: Came['answered']): void {
  const script = box.file('fix.sh', stdout);
  const sh = (...words: readonly string[]) => {
    const nobody = process.geteuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    const [program = 'sh', ...rest] = [...nobody, 'sh', ...words];
    return spawnSync(program, rest, { cwd: box.folder, env: box.env, encoding: 'utf8', timeout: 20_000, input: 'n\n' });
  };
  const { status, stderr } = sh('-n', script);
  if (status !== 0) throw new Error(`sh does not take the script: ${stderr}`);
  const ran = sh(script);
  if (ran.error) throw ran.error;
}

const SAID = 'log lines, comments, banners, what commands say';

export const wordDoors: readonly Door[] = [
  {
    name: '`fix --dry-run`, `--print-script`: a server that says it',
    takes: isWord,
    async *ask(attack, box) {
      chmodSync(box.folder, 0o777);
      const bytes = attack.bytes(box.canary).subarray(0, 20_000);
      const word = said(bytes);
      const { bundle: refused, file } = mendable(word, path.join(box.folder, 'conf.d'));
      box.file('conf.d/10-hardening.conf', file);
      for (const bundle of [refused, PLACES['host names, users and paths'](word)]) {
        const words = ['fix', '--on', `exec:sh ${serverOf(box, bundle)}`, '--user', 'alice', '--from', '10.77.2.10'];
        yield await came(box, [...words, '--dry-run'], 'terminal', { statuses: STATUSES });
        const printed = await came(box, [...words, '--print-script'], 'script', { statuses: STATUSES });
        // What is no text is refused; all else has to be there to be tried.
        if (bundle === refused && isUtf8(bytes) && !/^change_line /m.test(printed.answered.stdout))
          throw new Error(`the word is not in the script: ${printed.answered.stdout.slice(0, 300)}`);
        if (printed.answered.stdout.startsWith('#!')) consoled(box, printed.answered);
        yield printed;
      }
    },
  },
  {
    name: 'words of the command line: hosts, users, doors, ids',
    takes: (attack) => isWord(attack) && !attack.word('').includes('\0'),
    async *ask(attack, box) {
      const word = attack.word(box.canary).slice(0, 60_000);
      if (!DIALLED.test(word))
        for (const words of [[word], ['--', word], [`alice@${word}`], [`${word}@-`], ['fleet', 'check', '--', word]])
          yield await came(box, words, 'terminal');
      for (const words of [
        ['explain', '--', word],
        ['server', '--bundle', word],
        ['server', '--user', word, '--from', word],
        ['server', '--on', word],
        ['server', '--key', word],
        ['keys', 'list', '--user', word, '--bundle', '/dev/null'],
        ['fix', '--confirm', word],
        ['fix', '--only', word],
        ['undo', '--', word],
        ['harden', '--profile', word, '--bundle', '/dev/null'],
        ['logs', '--', word],
        ['logs', '/dev/null', '--user', word],
        ['logs', '/dev/null', '--since', word],
        ['watch', '--once', '--', word],
        ['fleet', 'report', '--', word],
        [`--${word}`],
        ['server', `--${word}`],
        ['server', '--nagios', '--bundle', word],
      ])
        yield await came(box, words, 'terminal', { statuses: STATUSES });
    },
  },
  {
    name: 'names of files: bundles, logs, inventories, runs',
    takes: (attack) => isWord(attack) && !/[/\0]/.test(attack.word('/')) && attack.bytes('/').length < 200,
    async *ask(attack, box) {
      const name = attack.word(box.canary);
      const [bundle, log, hosts] = [
        box.file(`b/${name}`, PLACES[SAID](said(Buffer.from('x')))),
        box.file(`l/${name}`, logOf(Buffer.from('bob'))),
        box.file(`h/${name}`, '127.0.0.1:1\n-x\n'),
      ];
      yield await came(box, ['server', '--bundle', bundle], 'terminal');
      yield await came(box, ['server', '--bundle', bundle, '--markdown', '-'], 'markdown');
      yield await came(box, ['server', '--bundle', bundle, '--nagios'], 'nagios');
      yield await came(box, ['server', '--bundle', bundle, '--prometheus', '-'], 'prometheus');
      yield await came(box, ['server', '--bundle', bundle, '--junit', '-'], 'junit');
      yield await came(box, ['harden', '--bundle', bundle], 'terminal');
      yield await came(box, ['logs', log], 'terminal');
      yield await came(box, ['watch', '--once', log], 'terminal');
      yield await came(box, ['fleet', 'check', '-f', hosts, '--format', 'list', '--block', '*'], 'terminal');
      yield await came(box, ['fleet', 'report', hosts], 'terminal');
    },
  },
];
