/**
 * Reading logs beside sshguard's parser and fail2ban-regex: lines a second of one file that the generator made.
 * `npm run bench:logs [-- LINES [ROUNDS]]`. Needs Debian's sshguard and fail2ban installed (not running). Every program reads
 * the file once a round, in turns; the medians count. Two times are told: that of the processors, of all threads (a busy
 * machine decides less), and that of the clock.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { logLines } from './log-lines.ts';

const LINES = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 3);

const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-bench-'));
const log = path.join(folder, 'auth.log');
const said = path.join(folder, 'said');
const out = openSync(log, 'w');
for (const block of logLines(LINES)) writeSync(out, block);
closeSync(out);

/** Reads and types every line with all of its fields, as `sshwhy logs` does, and nothing else. */
const only = path.join(folder, 'read.mjs');
const at = (file: string): string => JSON.stringify(path.join(import.meta.dirname, '../src', file));
buildSync({
  stdin: {
    contents: `import { logFile } from ${at('collect/logs.ts')}; import { eventReader } from ${at('facts/events/reader.ts')};
      let users = 0, addresses = 0, ports = 0, refused = 0;
      const reader = eventReader({ zone: () => 0, end: Date.now(), onEvent(event) {
        if (event.user !== undefined) users += 1;
        if (event.from !== undefined) addresses += 1;
        if (event.port !== undefined) ports += 1;
        if (event.type.outcome === 'refused') refused += 1;
      } });
      await logFile(process.argv[2]).read((chunk) => reader.push(chunk), new AbortController().signal);
      const { typed } = reader.end();
      console.log(typed + ' typed, ' + refused + ' refusals, ' + addresses + ' addresses, ' + users + ' users, ' + ports + ' ports');`,
    resolveDir: import.meta.dirname,
    loader: 'ts',
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: only,
});

interface Program {
  readonly name: string;
  readonly command: string;
  /** What it said, in short. */
  told(stdout: string): string;
  readonly cpu: number[];
  readonly clock: number[];
  last: string;
}
const programs: Program[] = [];
function add(name: string, command: string, told: Program['told']): Program {
  const made: Program = { name, command, told, cpu: [], clock: [], last: '' };
  programs.push(made);
  return made;
}

// Certificates of this machine that Node would read at its start have nothing to do with logs.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;

function run(program: Program): void {
  const script = `TIMEFORMAT='%R %U %S'; time { ${program.command} >${said}; }`;
  const { stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${program.command}: ${stderr}`);
  const [clock = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  program.cpu.push(user + system);
  program.clock.push(clock);
  program.last = program.told(readFileSync(said, 'utf8'));
}

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
};
const load = (): string => loadavg()[0]?.toFixed(1) ?? '';

try {
  const counted = add('wc -l', `wc -l <${log}`, () => '');
  const ours = add('sshwhy, reading and typing', `${process.execPath} ${only} ${log}`, (text) => text.trim());
  const dist = path.join(import.meta.dirname, '../dist/sshwhy.js');
  const whole = existsSync(dist)
    ? add('sshwhy logs, the whole answer', `${process.execPath} ${dist} logs --tz UTC ${log}`, (text) =>
        (text.split('\n')[0] ?? '').replace(/^.*Z: /, ''),
      )
    : undefined;
  const parser = ['/usr/libexec/sshguard/sshg-parser', '/usr/libexec/sshg-parser'].find((one) => existsSync(one));
  const guard = parser && add('sshg-parser', `${parser} <${log}`, (text) => `${text.split('\n').length - 1} attacks`);
  const fail = spawnSync('fail2ban-regex', ['-V']).error
    ? undefined
    : add('fail2ban-regex', `fail2ban-regex ${log} sshd`, (text) => /^Lines: (.*)$/m.exec(text)?.[1] ?? '');

  const loads = [load()];
  for (let round = 0; round < ROUNDS; round++) {
    for (const program of programs) run(program);
    loads.push(load());
  }

  console.log(`${LINES} lines, medians of ${ROUNDS} rounds, load of the machine ${loads.join(', ')}`);
  console.log(`${''.padEnd(30)}      lines/s by processor     by clock`);
  for (const { name, cpu, clock, last } of programs) {
    const [byCpu, byClock] = [cpu, clock].map(
      (seconds) => `${Math.round(LINES / median(seconds)).toLocaleString('en')}`,
    );
    const seconds = `${median(cpu).toFixed(2)} s`;
    console.log(`${name.padEnd(30)} ${byCpu?.padStart(14)} ${seconds.padStart(9)} ${byClock?.padStart(12)}  ${last}`);
  }
  /** How many times faster one is, round by round. */
  const ratio = (one: Program, other: Program | undefined | '', want?: number): string => {
    if (!other) return 'not installed';
    const [byCpu = 0, byClock = 0] = (['cpu', 'clock'] as const).map((by) =>
      median(one[by].map((seconds, i) => (other[by][i] ?? 0) / seconds)),
    );
    const digits = byCpu < 10 ? 1 : 0;
    const told = `${byCpu.toFixed(digits)} x by processor, ${byClock.toFixed(digits)} x by clock`;
    return want === undefined ? told : `${told} (wanted: ${want} x)`;
  };
  console.log(`reading and typing against sshg-parser: ${ratio(ours, guard, 4)}`);
  console.log(`reading and typing against fail2ban-regex: ${ratio(ours, fail, 60)}`);
  if (whole) {
    console.log(`the whole answer against sshg-parser: ${ratio(whole, guard)}`);
    console.log(`the whole answer against fail2ban-regex: ${ratio(whole, fail)}`);
  }
  console.log(`wc -l against reading and typing: ${ratio(counted, ours)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
