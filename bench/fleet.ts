/**
 * `sshwhy fleet check` beside ssh-keyscan and ssh-audit, in one run, on loopback: `npm run bench:fleet [-- HOSTS MANY]`; MANY 0 leaves out what takes long.
 * The targets are addresses of 127.1.0.0/16, behind which stands one server that greets and hangs up; then a real sshd.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withHost } from '../lab/host.ts';

const [HOSTS, MANY] = [Number(process.argv[2] ?? 5000), Number(process.argv[3] ?? 100_000)];
const PORT = 22_422;
const REAL = 200;
const bin = path.join(import.meta.dirname, '../dist/sshwhy.js');
const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-bench-'));

const address = (i: number): string =>
  `127.${1 + Math.floor(i / 62_500)}.${Math.floor(i / 250) % 250}.${(i % 250) + 1}`;
const listed = (name: string, count: number, suffix: string): string => {
  const file = path.join(dir, name);
  writeFileSync(file, Array.from({ length: count }, (_, i) => `${address(i)}${suffix}\n`).join(''));
  return file;
};

interface Timed {
  readonly rate: number;
  readonly answered: number;
  readonly megabytes: number;
}

/** Hosts per second of a command, and how many of them it had an answer from. */
function timed(hosts: number, argv: readonly string[], answered: (out: string) => number): Timed {
  const started = performance.now();
  const ran = spawnSync('/usr/bin/time', ['-f', 'KB %M', ...argv], { encoding: 'utf8', maxBuffer: 1 << 30 });
  const seconds = (performance.now() - started) / 1000;
  const [, kilobytes = 'NaN'] = /KB (\d+)/.exec(ran.stderr) ?? [];
  return { rate: hosts / seconds, answered: answered(ran.stdout + ran.stderr), megabytes: Number(kilobytes) / 1024 };
}

const count = (pattern: RegExp) => (out: string) => out.match(pattern)?.length ?? 0;
const OPEN = count(/"outcome":"open","found"/g);
const SCANNED = (out: string): number => new Set(out.match(/^# \S+/gm)).size;
const AUDITED = count(/^\(gen\) software:/gm);
const ours = (file: string, hosts: number): Timed =>
  timed(hosts, [process.execPath, bin, 'fleet', 'check', '-f', file, '--json'], OPEN);
const keyscan = (file: string, hosts: number, port: number): Timed =>
  timed(hosts, ['ssh-keyscan', '-T', '5', '-p', String(port), '-f', file], SCANNED);
/** Of ssh-audit's own settings the best one counts; it has 32 unless told. */
const THREADS = [16, 32, 64, 128];
const audit = (file: string, hosts: number): Timed & { threads: number } =>
  fastest(
    THREADS.map((threads) => ({
      threads,
      ...timed(hosts, ['ssh-audit', '-n', '-t', '5', '--threads', String(threads), `--targets=${file}`], AUDITED),
    })),
  );
/** The machine does other things, too: the best of several runs, for each program alike. */
const ROUNDS = THREADS.length;
const rounds = (run: () => Timed): Timed => fastest(Array.from({ length: ROUNDS }, run));
const fastest = <T extends Timed>(runs: readonly T[]): T => runs.toSorted((a, b) => b.rate - a.rate)[0] as T;

function row(what: string, hosts: number, one: Timed, base?: Timed): void {
  const ratio = base === undefined ? '' : ` ${(base.rate / one.rate).toFixed(1)} ×`;
  console.log(
    `| ${what} | ${hosts} | ${Math.round(one.rate)} | ${one.answered} | ${Math.round(one.megabytes)} MB |${ratio} |`,
  );
}

async function serving<T>(argv: readonly string[], ready: RegExp, use: () => T): Promise<T> {
  const [program = '', ...words] = argv;
  const server = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    await new Promise<void>((resolve, reject) => {
      for (const stream of [server.stdout, server.stderr])
        stream.on('data', (chunk: Buffer) => ready.test(chunk.toString()) && resolve());
      server.once('exit', () => reject(new Error(`${argv.join(' ')} ended`)));
    });
    return use();
  } finally {
    server.kill();
    await once(server, 'exit').catch(() => undefined);
  }
}

/** A real sshd that has many addresses, and what is asked runs in its client's network. */
async function real(): Promise<void> {
  await withHost({ suite: 'bookworm' }, async (lab) => {
    const within = (argv: readonly string[]): string[] => ['nsenter', '-t', String(lab.client.pid), '-n', ...argv];
    const device = "$(ip -o route get $CLIENT | sed 's/.* dev \\([^ ]*\\).*/\\1/')";
    await lab.host.run(
      `for i in $(seq ${REAL}); do ip addr add 10.78.0.$i/32 dev ${device}; done; echo 'MaxStartups 5000' >/etc/ssh/sshd_config.d/bench.conf; systemctl restart ssh`,
    );
    await lab.client.run(`ip route add 10.78.0.0/16 via $SERVER`);
    const names = Array.from({ length: REAL }, (_, i) => `10.78.0.${i + 1}\n`).join('');
    const file = path.join(dir, 'real');
    writeFileSync(file, names);
    const base = timed(REAL, within([process.execPath, bin, 'fleet', 'check', '-f', file, '--json']), OPEN);
    row('`sshwhy fleet check`, real sshd', REAL, base);
    row(
      '`ssh-keyscan -f`, real sshd',
      REAL,
      timed(REAL, within(['ssh-keyscan', '-T', '5', '-f', file]), SCANNED),
      base,
    );
    row(
      '`ssh-audit --targets`, real sshd',
      REAL,
      timed(REAL, within(['ssh-audit', '-n', '-t', '5', `--targets=${file}`]), AUDITED),
      base,
    );
  });
}

try {
  console.log('| | hosts | hosts a second | answered | memory | sshwhy is |');
  console.log('|---|---|---|---|---|---|');
  const stub = [
    process.execPath,
    path.join(import.meta.dirname, '../node_modules/tsx/dist/cli.mjs'),
    path.join(import.meta.dirname, 'fleet-stub.ts'),
    String(PORT),
  ];
  await serving(stub, /listening/, () => {
    const file = listed('list', HOSTS, `:${PORT}`);
    const base = rounds(() => ours(file, HOSTS));
    row('`sshwhy fleet check`', HOSTS, base);
    // Slower by far, so of a tenth of them; what counts is the rate.
    row('`ssh-keyscan -f`', HOSTS / 10, keyscan(listed('bare', HOSTS / 10, ''), HOSTS / 10, PORT), base);
    const audited = audit(listed('few', HOSTS / 10, `:${PORT}`), HOSTS / 10);
    row(`\`ssh-audit --targets --threads ${audited.threads}\``, HOSTS / 10, audited, base);
    if (MANY > 0) row('`sshwhy fleet check`', MANY, ours(listed('many', MANY, `:${PORT}`), MANY));
  });
  if (MANY > 0) await real();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
