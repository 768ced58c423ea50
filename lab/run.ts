import { appendFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { sleep } from './command.ts';
import { bootLab, type Lab } from './host.ts';
import { coreOf, label, loadTrials, type Trial } from './load.ts';
import { TOPOLOGIES } from './net.ts';
import { SUITES, type Suite, seedOf } from './seed.ts';
import { howToEnter, shell } from './shell.ts';
import type { Outcome } from './trial.ts';

const USAGE = `usage: npx tsx lab/run.ts [options]           run cases, each on a fresh host
       npx tsx lab/run.ts shell SUITE [${TOPOLOGIES.slice(1).join(' | ')}]   boot a host and a client to poke at
  --only PATTERN   regular expression over "suite cause variant"; may be repeated
  --suite SUITE    ${SUITES.join(' | ')}; may be repeated
  --core           further variants of a cause, and the fixes, on one suite each, in turns
  --again          what fails, ten cases at most, is tried once more when nothing runs beside it
  --jobs N         hosts at a time
  --timeout SEC    for one case, default 180
  --capture        keep the Bundles of passed cases as fixtures of the unit tests
  --keep           leave the hosts of failed cases running until Ctrl-C
  --results FILE   what became of each case, a line of JSON each
  --list           only print what would run
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true },
      suite: { type: 'string', multiple: true },
      jobs: { type: 'string', default: String(availableParallelism() + 1) },
      timeout: { type: 'string', default: '180' },
      capture: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      core: { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
      results: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (process.getuid?.() !== 0) throw new Error('the lab makes namespaces and mounts: run it as root');
  for (const suite of values.suite ?? []) asSuite(suite);
  if (positionals[0] === 'shell') {
    const topology = TOPOLOGIES.find((known) => known === (positionals[2] ?? 'direct'));
    if (!topology) throw new Error(USAGE);
    return shell(asSuite(positionals[1] ?? ''), topology);
  }
  if (positionals.length > 0) throw new Error(USAGE);
  const patterns = (values.only ?? []).map((pattern) => new RegExp(pattern));
  const loaded = await loadTrials();
  const trials = (values.core ? coreOf(loaded) : loaded).filter(
    (trial) =>
      (values.suite?.includes(trial.suite) ?? true) &&
      (patterns.length === 0 || patterns.some((pattern) => pattern.test(label(trial)))),
  );
  if (values.list) {
    for (const trial of trials) process.stdout.write(`${label(trial)}\n`);
    return 0;
  }
  if (trials.length === 0) throw new Error('no case matches');
  const { keep, capture, again, results } = values;
  return runAll(trials, {
    jobs: positive(values.jobs),
    timeoutMs: positive(values.timeout) * 1000,
    keep,
    capture,
    again,
    ...(results !== undefined && { results }),
  });
}

interface RunOptions {
  readonly jobs: number;
  readonly timeoutMs: number;
  readonly keep: boolean;
  readonly capture: boolean;
  readonly again: boolean;
  /** File for `Result`s, one JSON each line. */
  readonly results?: string;
}

/** More failures than these are no accident of a busy machine. */
const AGAIN_MAX = 10;

/** Runs the trials, a few at a time; returns the exit status. */
async function runAll(trials: readonly Trial[], o: RunOptions): Promise<number> {
  const { jobs, timeoutMs, keep, capture } = o;
  const failures: { readonly trial: Trial; readonly problems: readonly string[] }[] = [];
  const kept: Lab[] = [];
  if (o.results !== undefined) writeFileSync(o.results, '');
  row('suite', 'cause', 'variant', 'result', 'first cause seen', 'closed', 'seconds');
  // Building the base trees takes minutes once, and is no part of any case.
  await Promise.all([...new Set(trials.map(({ suite }) => suite))].map(seedOf));
  const queue = trials.filter(({ alone }) => !alone);
  const worker = async () => {
    for (let trial = queue.shift(); trial; trial = queue.shift()) {
      const started = Date.now();
      const { outcome, lab } = await runOne(trial, timeoutMs, capture);
      const passed = outcome.problems.length === 0;
      if (lab && keep && !passed) kept.push(lab);
      else await lab?.destroy();
      if (!passed) failures.push({ trial, problems: outcome.problems });
      if (o.results !== undefined) appendFileSync(o.results, `${JSON.stringify(resultOf(trial, outcome))}\n`);
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      const result = passed ? 'passed' : 'FAILED';
      row(trial.suite, trial.name, trial.variant, result, seenIn(outcome), outcome.closed ?? '-', seconds);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  queue.push(...trials.filter(({ alone }) => alone));
  await worker();
  const tell = ({ trial, problems }: (typeof failures)[number], how: string) => {
    const details = problems.map((problem) => `  ${problem.replaceAll('\n', '\n  ')}\n`).join('');
    process.stdout.write(`\n${how} ${label(trial)}\n${details}`);
  };
  if (o.again && failures.length > 0 && failures.length <= AGAIN_MAX) {
    const first = failures.splice(0);
    for (const failure of first) tell(failure, 'FAILED at first, tried again');
    queue.push(...first.map(({ trial }) => trial));
    await worker();
  }
  for (const failure of failures) tell(failure, 'FAILED');
  process.stdout.write(`\n${trials.length - failures.length} passed, ${failures.length} failed\n`);
  if (kept.length > 0) {
    for (const lab of kept) process.stdout.write(`\n${howToEnter(lab)}`);
    process.stdout.write('\nThe hosts run until Ctrl-C.\n');
    for (;;) await sleep(60_000);
  }
  return failures.length > 0 ? 1 : 0;
}

/** A trial on a fresh host; whatever happens becomes an outcome. The caller takes the host down. */
async function runOne(trial: Trial, timeoutMs: number, capture: boolean): Promise<{ outcome: Outcome; lab?: Lab }> {
  let lab: Lab | undefined;
  const { suite, topology, disk, alone = false } = trial;
  const work = async (): Promise<Outcome> => {
    lab = await bootLab({ suite, topology, ...(disk && { disk }), loaded: alone });
    return trial.try(lab, capture);
  };
  const late = new AbortController();
  const limit = sleep(timeoutMs, late.signal).then((): Outcome => broken(`not done within ${timeoutMs / 1000} s`));
  const outcome = await Promise.race([work().catch((error) => broken(String(error?.stack ?? error))), limit]);
  late.abort();
  return { outcome, ...(lab && { lab }) };
}

/** What became of a case, for tables; a later line of the same case counts. */
export interface Result extends Pick<Trial, 'suite' | 'name' | 'variant'>, Pick<Outcome, 'seen' | 'fixed'> {
  readonly passed: boolean;
}

const resultOf = ({ suite, name, variant }: Trial, { problems, seen, fixed }: Outcome): Result => ({
  ...{ suite, name, variant, passed: problems.length === 0, seen },
  ...(fixed && { fixed }),
});

const broken = (problem: string): Outcome => ({ problems: [problem], seen: {} });

/** `s` server, `c` client, `j` joined; one id when all say the same. */
function seenIn({ seen }: Outcome): string {
  const ids = new Set(Object.values(seen));
  if (ids.size <= 1) return [...ids][0] ?? '-';
  return Object.entries(seen)
    .map(([mode, id]) => `${mode[0]}:${id}`)
    .join(' ');
}

function row(...cells: string[]): void {
  const widths = [8, 32, 18, 6, 40, 9];
  process.stdout.write(`${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}\n`);
}

function asSuite(name: string): Suite {
  const suite = SUITES.find((known) => known === name);
  if (!suite) throw new Error(`unknown suite '${name}': ${SUITES.join(', ')}`);
  return suite;
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`not a positive number: ${text}`);
  return number;
}

main().then(
  (status) => process.exit(status),
  (error) => {
    process.stderr.write(`lab: ${error instanceof Error ? error.message : error}\n`);
    process.exit(2);
  },
);
