/**
 * How good the detectors are, and how fast. `npx tsx bench/detect.ts [--seeds 101,102] [--write]` replays months of labelled days, made
 * of what real daemons wrote (bench/detect, test/fixtures/watch), prints a table and what went wrong; `--write` puts the table
 * into docs/detectors.md. `--speed` measures events a second and memory instead, `--saving` how
 * long it takes to save what the detectors remember.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './detect/run.ts';
import { saving } from './detect/saving.ts';
import { type Score, score } from './detect/score.ts';
import { speed } from './detect/speed.ts';
import { limitsTable } from './detect/table.ts';

/** None of these was looked at when a threshold was chosen; those were 1, 2 and 3. */
const MEASURED = '101,102,103,104,105';
const DOCS = path.join(import.meta.dirname, '../docs/detectors.md');

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: MEASURED },
    write: { type: 'boolean', default: false },
    speed: { type: 'boolean', default: false },
    saving: { type: 'boolean', default: false },
  },
});

const share = (a: number, b: number): string => (b === 0 ? '-' : (a / b).toFixed(a === b ? 0 : 3));

function time(ms: number | undefined): string {
  if (ms === undefined) return '-';
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  return ms < 5_400_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

function table({ detectors, kinds, wrong }: Score, lines: number, seeds: string): string {
  const rows = [...detectors]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, { signals, false: bad, wanted, found, delays }]) => {
      const sorted = delays.toSorted((a, b) => a - b);
      const at = (part: number): string => time(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]);
      return `| \`${name}\` | ${signals} | ${share(signals - bad, signals)} | ${found} of ${wanted} | ${share(found, wanted)} | ${at(0.5)} | ${at(0.95)} |`;
    });
  const days = [...kinds]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, { days: n, paged, page }]) => `| ${name} | ${n} | ${paged} | ${page === 'must' ? 'each' : 'none'} |`);
  return [
    `Seeds ${seeds.replaceAll(',', ', ')}; ${lines} lines.`,
    '',
    '| detector | signals | precision | found | recall | delay, median | delay, 95 % |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    '| kind of day | how many | paged | should page |',
    '| --- | --- | --- | --- |',
    ...days,
    '',
    wrong.length === 0 ? 'Nothing went wrong.' : `What went wrong (${wrong.length}):`,
    '',
    ...wrong.slice(0, 30).map((one) => `* ${one.slice(0, 300)}`),
  ].join('\n');
}

if (values.speed) speed();
else if (values.saving) await saving();
else {
  const into = score();
  let lines = 0;
  for (const seed of values.seeds.split(',')) {
    lines += run(Number(seed), into);
    process.stderr.write(`seed ${seed}: ${lines} lines so far\n`);
  }
  const made = table(into, lines, values.seeds);
  console.log(made);
  if (values.write) {
    const marked = (text: string, name: string, what: string): string =>
      text.replace(new RegExp(`(<!-- ${name} -->)[^]*(<!-- /${name} -->)`), (_, a, b) => `${a}\n\n${what}\n\n${b}`);
    const text = readFileSync(DOCS, 'utf8');
    writeFileSync(DOCS, marked(marked(text, 'quality', made), 'limits', limitsTable()));
  }
}
