/**
 * Makes docs/proof.md: what was tried with real programs, and what came of it. `npm run proof -- [--only PART…] [--lab FILE]`: all parts, or
 * those anew while the others stay; FILE is what `npm run lab -- --results FILE` wrote, in place of a run. Needs root on Debian; about an hour and
 * a half for all. Seeds are fixed: a run on the same commit differs in times and ratios alone.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Result } from '../lab/run.ts';
import { ABOUT, NOT_DONE } from './about.ts';
import { RUNS, type Run } from './commands.ts';
import { causeTable, faultTable, healthyTable, latest, otherTable, politeTable, sums } from './lab-tables.ts';

const ROOT = path.join(import.meta.dirname, '..');
const PAGE = path.join(ROOT, 'docs/proof.md');
const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, lab: { type: 'string' } },
});

/** What a command printed; its errors go through. @throws when it fails: what failed is no proof. */
async function said(words: readonly string[]): Promise<string> {
  const [program = '', ...rest] = words;
  const child = spawn(program, rest, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    process.stderr.write(piece);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${words.join(' ')}: exit ${code}`);
  return text;
}

async function labPart(): Promise<string> {
  const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-proof-'));
  try {
    const file = values.lab ?? path.join(dir, 'results.jsonl');
    if (values.lab === undefined) await said(['sh', 'scripts/lab.sh', '--core', '--again', '--results', file]);
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    const results = latest(lines.map((line) => JSON.parse(line) as Result));
    return [sums, causeTable, healthyTable, faultTable, politeTable, otherTable]
      .map((part) => part(results))
      .join('\n');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function runPart({ words, keep, says }: Run): Promise<string> {
  const text = await said(words);
  const lines = text.split('\n').filter((line) => keep === undefined || keep.test(line));
  const command = words.join(' ').replace(/^npx tsx /, 'npx tsx ');
  return `${says}\n\n\`\`\`text\n$ ${command}\n${lines.join('\n').trim()}\n\`\`\`\n`;
}

const PARTS: Readonly<Record<string, () => Promise<string>>> = {
  lab: labPart,
  ...Object.fromEntries(RUNS.map((run) => [run.name, () => runPart(run)])),
};

/** What stands between the marks of a part. */
const marked = (name: string, body: string): string => `<!-- ${name} -->\n\n${body.trim()}\n\n<!-- /${name} -->`;
const found = (page: string, name: string): string | undefined =>
  new RegExp(`<!-- ${name} -->\\n\\n([^]*?)\\n\\n<!-- /${name} -->`).exec(page)?.[1];

const wanted = values.only ?? Object.keys(PARTS);
for (const name of wanted)
  if (PARTS[name] === undefined) throw new Error(`no part "${name}": ${Object.keys(PARTS).join(', ')}`);
const bodies = new Map<string, string>();
const write = (): void => {
  const before = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const body = (name: string): string => marked(name, bodies.get(name) ?? found(before, name) ?? 'Not run yet.');
  const kernel = execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim();
  const machine = marked(
    'machine',
    `Last made with Node ${process.versions.node} on Linux ${kernel}, ${availableParallelism()} processors.`,
  );
  const runs = RUNS.map(({ name, title }) => `### ${title}\n\n${body(name)}`);
  const at = RUNS.findIndex(({ kind }) => kind === 'bench');
  writeFileSync(
    PAGE,
    [
      ...[ABOUT, machine, '## Real broken hosts', body('lab')],
      ...['## Held against the real programs', ...runs.slice(0, at)],
      ...['## Measured beside others, in one run', ...runs.slice(at)],
      `## What is not proven\n\n${NOT_DONE}`,
    ].join('\n\n'),
  );
};
for (const name of wanted) {
  bodies.set(name, (await PARTS[name]?.()) ?? '');
  write();
}
