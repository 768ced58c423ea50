/**
 * Reading logs beside sshguard's parser and fail2ban-regex: lines a second, and what each of them recognizes of the same lines.
 * `tsx bench/logs.ts [LINES]`. Needs sshguard and fail2ban installed (not running). Times are of the processor, so that a busy
 * machine does not decide; of each program the best of three runs counts.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { logLines } from './log-lines.ts';

const LINES = Number(process.argv[2] ?? 1_000_000);
/** fail2ban-regex takes too long for more. */
const FEW = Math.min(LINES, 50_000);
const RUNS = 3;

const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-bench-'));
const all = path.join(folder, 'auth.log');
const few = path.join(folder, 'few.log');
const out = openSync(all, 'w');
for (const block of logLines(LINES)) writeSync(out, block);
closeSync(out);
writeFileSync(few, [...logLines(FEW)].join(''));

/** Reads and types every line, and nothing else. */
const only = path.join(folder, 'read.mjs');
const source = path.join(import.meta.dirname, '../src/facts/events/reader.ts');
buildSync({
  stdin: {
    contents: `import { createReadStream } from 'node:fs'; import { eventReader } from ${JSON.stringify(source)};
      const by = {}; const reader = eventReader({ zone: () => 0, end: Date.now(), onEvent: (e) => { by[e.type.outcome] = (by[e.type.outcome] ?? 0) + 1; } });
      for await (const chunk of createReadStream(process.argv[2], { highWaterMark: 1 << 18 })) reader.push(chunk);
      console.log(JSON.stringify({ ...reader.end(), by }));`,
    resolveDir: import.meta.dirname,
    loader: 'ts',
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: only,
});

interface Run {
  readonly seconds: number;
  readonly stdout: string;
}

/** Seconds of the processor (user and system, of all threads) by the shell's `times`, best of three. */
function measured(command: string): Run {
  let best: Run | undefined;
  for (let i = 0; i < RUNS; i++) {
    const { stdout, stderr, status } = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time { ${command}; }`], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
    const [user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
    if (best === undefined || user + system < best.seconds) best = { seconds: user + system, stdout };
  }
  return best as Run;
}

const parser = ['/usr/libexec/sshguard/sshg-parser', '/usr/libexec/sshg-parser', '/usr/lib/sshguard/sshg-parser'].find(
  (one) => existsSync(one),
);
const rows: [string, number, number, string][] = [];
function row(name: string, lines: number, command: string, told: (stdout: string) => string): number {
  const { seconds, stdout } = measured(command);
  rows.push([name, lines, seconds, told(stdout)]);
  return lines / seconds;
}

try {
  const counted = row('wc -l', LINES, `wc -l < ${all}`, () => '');
  const ours = row('sshwhy, reading and typing', LINES, `${process.execPath} ${only} ${all}`, (text) => {
    const { typed, by } = JSON.parse(text);
    return `${typed} typed: ${Object.entries(by)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ')}`;
  });
  const dist = path.join(import.meta.dirname, '../dist/sshwhy.js');
  if (existsSync(dist))
    row(
      'sshwhy logs, the whole answer',
      LINES,
      `${process.execPath} ${dist} logs --tz UTC ${all}`,
      (text) => text.split('\n')[0] ?? '',
    );
  const guard =
    parser === undefined
      ? undefined
      : row('sshg-parser', LINES, `${parser} < ${all} | wc -l`, (text) => `${text.trim()} attacks`);
  const fail = row('fail2ban-regex', FEW, `fail2ban-regex ${few} sshd`, (text) => /^Lines: .*$/m.exec(text)?.[0] ?? '');
  const alike = measured(`${process.execPath} ${only} ${few}`);
  for (const [name, lines, seconds, told] of rows)
    console.log(
      `${name.padEnd(32)} ${String(Math.round(lines / seconds)).padStart(10)} lines/s  ${seconds.toFixed(2).padStart(6)} s for ${lines}  ${told}`,
    );
  console.log(`of the ${FEW} lines of fail2ban-regex: ${alike.stdout.trim()}`);
  console.log(
    `against wc -l: 1/${(counted / ours).toFixed(0)}; sshg-parser: ${guard === undefined ? 'not installed' : `${(ours / guard).toFixed(1)} times`}; fail2ban-regex: ${(ours / fail).toFixed(0)} times`,
  );

  // What each recognizes as a refusal, of one line of every kind that real daemons wrote.
  const real = readFileSync(path.join(import.meta.dirname, '../test/fixtures/events/real-lines.txt'), 'utf8')
    .split('\n')
    .filter((line) => / sshd(?:-session)?\[/.test(line))
    .map((line) => line.replace(/^\d+\.\d+/, 'Nov 23 04:07:22'));
  const file = path.join(folder, 'real.log');
  writeFileSync(file, `${real.join('\n')}\n`);
  const fails = spawnSync('fail2ban-regex', ['--print-all-matched', file, 'sshd'], { encoding: 'utf8' }).stdout;
  const guarded = parser === undefined ? '' : spawnSync(parser, { input: readFileSync(file), encoding: 'utf8' }).stdout;
  const typed = JSON.parse(spawnSync(process.execPath, [only, file], { encoding: 'utf8' }).stdout);
  console.log(
    `of ${real.length} real lines of sshd: sshwhy types ${typed.typed} (${typed.by.refused} refusals, ${typed.by.hint} reasons, ${typed.by.fault} faults)`,
  );
  console.log(
    `  fail2ban-regex: ${/^Lines: .*$/m.exec(fails)?.[0]}; sshg-parser: ${guarded.trim().split('\n').filter(Boolean).length} attacks`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
