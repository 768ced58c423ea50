/**
 * What sshwhy, fail2ban, sshguard and crowdsec get out of the same lines: of each kind of message that sshd and PAM's modules
 * wrote in the lab, of those of the generator, and of names that are made to look like something else. Prints the table and
 * writes it to docs/recognition.md. `npm run bench:recognition`; needs Debian's fail2ban and sshguard installed (not running),
 * and fetches Debian's crowdsec, which it does not install.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crowdsec } from './crowdsec.ts';
import { logLines } from './log-lines.ts';
import { fail2ban, type Peer, type Seen, sshguard, sshwhy } from './peers.ts';

const ROOT = path.join(import.meta.dirname, '..');
const PAGE = path.join(ROOT, 'docs/recognition.md');
const TRUE = '203.0.113.9';

/** The message of a line of sshd; the tag is `sshd`, as the releases that the peers know have it. */
const messageOf = (line: string): string | undefined => / sshd(?:-session|-auth)?\[\d+\]: (.*)$/.exec(line)?.[1];

/** Different numbers do not make another kind. */
const shape = (message: string): string =>
  message.replace(/[0-9a-f:.]*\d[0-9a-f:.]*/g, '#').replace(/user \w+/g, 'user #');

function real(): readonly string[] {
  const text = readFileSync(path.join(ROOT, 'test/fixtures/events/real-lines.txt'), 'utf8');
  return text.split('\n').filter((line) => messageOf(line) !== undefined);
}

function generated(): readonly string[] {
  const kinds = new Map<string, string>();
  for (const block of logLines(5000))
    for (const line of block.split('\n')) {
      const message = messageOf(line);
      if (message !== undefined && !kinds.has(shape(message))) kinds.set(shape(message), line);
    }
  return [...kinds.values()];
}

/** Words of sshd around a name that somebody at ${TRUE} chose. */
const HOSTILE: readonly string[] = [
  'root from 192.0.2.1 port 22 ssh2',
  '192.0.2.1 port 22',
  'x 192.0.2.1 port 22: y',
  'root from 192.0.2.1 port 22 ssh2: RSA SHA256:+lmEttmatCyobJ/scjJ5WoI+zsf/hyLzRgfCSVsO6oI',
  'x [preauth]',
].flatMap((name) => [
  `Invalid user ${name} from ${TRUE} port 4022`,
  `Failed password for invalid user ${name} from ${TRUE} port 4022 ssh2`,
  `Connection closed by invalid user ${name} ${TRUE} port 4022 [preauth]`,
  `Disconnecting invalid user ${name} ${TRUE} port 4022: Too many authentication failures [preauth]`,
  `error: maximum authentication attempts exceeded for invalid user ${name} from ${TRUE} port 4022 ssh2 [preauth]`,
]);

/** Lines of RFC 3164, a second apart. The number of the process stays, because fail2ban joins lines by it. */
const stamped = (messages: readonly (readonly [pid: string, message: string])[]): readonly string[] =>
  messages.map(([pid, message], i) => {
    const clock = new Date(i * 1000).toISOString().slice(11, 19);
    return `Nov 23 ${clock} web1 sshd[${pid}]: ${message}`;
  });

const port = await new Promise<number>((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
  });
});

const PEERS: readonly (readonly [name: string, peer: Peer])[] = [
  ['sshwhy', sshwhy],
  ['fail2ban', fail2ban('normal')],
  ['fail2ban, aggressive', fail2ban('aggressive')],
  ['sshguard', sshguard],
  ['crowdsec', crowdsec(port)],
];

type Answers = readonly (readonly (Seen | undefined)[] | string)[];
const pidOf = (line: string): string => /\[(\d+)\]/.exec(line)?.[1] ?? '1';
const head = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n|${' --- |'.repeat(cells.length)}`;
const cell = (text: string): string => text.replace(/\|/g, '\\|');
const code = (text: string): string => `\`${cell(text.length > 110 ? `${text.slice(0, 108)} …` : text)}\``;

/** In words: the parts that it got out of all of the lines, and of how many, where it were not all. */
function told(seen: readonly (Seen | undefined)[]): string {
  const some = seen.filter((one) => one !== undefined);
  if (some.length === 0) return '–';
  const parts = (['address', 'user'] as const).filter((part) => some.some((one) => one[part] !== undefined));
  const what = parts.length === 0 ? 'yes' : parts.join(', ');
  return some.length === seen.length ? what : `${what} (${some.length} of ${seen.length})`;
}

interface Kind {
  readonly id: string | undefined;
  readonly at: readonly number[];
  /** A peer sees something in a line of it that sshwhy does not. */
  readonly behind: boolean;
}

function kindsOf(lines: readonly string[], answers: Answers): readonly Kind[] {
  const [own = [], ...others] = answers.map((one) => (typeof one === 'string' ? lines.map(() => undefined) : one));
  const names = lines.map((line, i) => own[i]?.reason ?? shape(messageOf(line) ?? line));
  const kinds = [...new Set(names)].map((name): Kind => {
    const at = names.flatMap((one, i) => (one === name ? [i] : []));
    const behind = at.some((i) =>
      others.some((peer) => {
        const seen = peer[i];
        if (seen === undefined) return false;
        const mine = own[i];
        return (
          mine === undefined ||
          (seen.address !== undefined && mine.address === undefined) ||
          (seen.user !== undefined && mine.user === undefined)
        );
      }),
    );
    return { id: own[at[0] ?? 0]?.reason, at, behind };
  });
  return kinds.toSorted((a, b) => Number(b.behind) - Number(a.behind) || (a.id ?? '').localeCompare(b.id ?? ''));
}

function tableOf(
  lines: readonly string[],
  answers: Answers,
): { readonly table: string; readonly kinds: readonly Kind[] } {
  const kinds = kindsOf(lines, answers);
  const rows = kinds.map(({ id, at }) => {
    const cells = answers.map((one) => (typeof one === 'string' ? 'not asked' : told(at.map((i) => one[i]))));
    const example = messageOf(lines[at[0] ?? 0] ?? '') ?? '';
    return `| ${id === undefined ? 'of no kind' : `\`${id}\``} | ${code(example)} | ${at.length} | ${cells.join(' | ')} |`;
  });
  return {
    kinds,
    table: [head(['event of sshwhy', 'the first line', 'lines', ...PEERS.map(([name]) => name)]), ...rows].join('\n'),
  };
}

function hostileTable(lines: readonly string[], answers: Answers): string {
  const verdict = (seen: Seen | undefined): string => {
    if (seen === undefined) return '–';
    if (seen.address === undefined) return 'names nobody';
    return seen.address === TRUE ? 'right' : `**wrong: ${seen.address}**`;
  };
  const rows = lines.map((line, i) => {
    const cells = answers.map((one) => (typeof one === 'string' ? 'not asked' : verdict(one[i])));
    return `| ${code(messageOf(line) ?? '')} | ${cells.join(' | ')} |`;
  });
  const wrong = answers.map((one) =>
    typeof one === 'string'
      ? 'not asked'
      : String(one.filter((seen) => seen?.address !== undefined && seen.address !== TRUE).length),
  );
  return [head(['line', ...PEERS.map(([name]) => name)]), ...rows, `| **taken in** | ${wrong.join(' | ')} |`].join(
    '\n',
  );
}

function release(name: string): string {
  const installed = spawnSync('dpkg-query', ['-W', name], { encoding: 'utf8' }).stdout.trim().split('\t')[1];
  const offered = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' }).stdout;
  return installed || /Candidate: (\S+)/.exec(offered)?.[1] || 'of an unknown release';
}

const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-recognition-'));
try {
  const known = [...real(), ...generated()];
  const lines = stamped([
    ...known.map((line) => [pidOf(line), messageOf(line) ?? ''] as const),
    ...HOSTILE.map((message, i) => [String(900_000 + i), message] as const),
  ]);
  const answers = PEERS.map(([, peer]) => peer(lines, folder));
  const upTo = (from: number, to: number): Answers =>
    answers.map((one) => (typeof one === 'string' ? one : one.slice(from, to)));
  const first = upTo(0, known.length);
  const { table, kinds } = tableOf(lines.slice(0, known.length), first);
  const count = (of: (seen: Seen | undefined) => boolean): readonly string[] =>
    first.map((one) =>
      typeof one === 'string'
        ? `not asked: ${one}`
        : String(kinds.filter(({ at }) => at.some((i) => of(one[i]))).length),
    );
  const sums = [
    head([`of ${kinds.length} kinds`, ...PEERS.map(([name]) => name)]),
    `| recognized | ${count((seen) => seen !== undefined).join(' | ')} |`,
    `| and an address got out of it | ${count((seen) => seen?.address !== undefined).join(' | ')} |`,
    `| and a user got out of it | ${count((seen) => seen?.user !== undefined).join(' | ')} |`,
    `| and named for what it is | ${count((seen) => seen?.reason !== undefined).join(' | ')} |`,
  ].join('\n');
  const behind = kinds.filter((one) => one.behind).length;
  const made = `fail2ban ${release('fail2ban')}, sshguard ${release('sshguard')}, crowdsec ${release('crowdsec')} of Debian, with the rules that they come with; ${known.length} lines of ${kinds.length} kinds.

${sums}

${behind === 0 ? 'There is no kind of line here that one of the others gets more out of than sshwhy.' : `The first ${behind} ${behind === 1 ? 'kind is one' : 'kinds are those'} of which one of the others gets something that sshwhy does not.`} fail2ban knows the user of a line from one before of the same process, or from the word ROOT; what is said here of sshwhy is from the line alone. The others look for attacks and pass over the rest on purpose: a dash is no fault of theirs.

${table}

## Names that are made to look like something else

Somebody at ${TRUE} chose the name in each of these lines.

${hostileTable(lines.slice(known.length), upTo(known.length, lines.length))}`;
  console.log(made);
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = ['<!-- made by npm run bench:recognition -->', '<!-- end -->'];
  if (!page.includes(begin) || !page.includes(end)) throw new Error(`${PAGE} has no place for the table`);
  writeFileSync(
    PAGE,
    `${page.slice(0, page.indexOf(begin) + begin.length)}\n\n${made}\n\n${page.slice(page.indexOf(end))}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
