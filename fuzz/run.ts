/** Every reader of foreign text is given mutated captured texts for a share of the time; what falls is kept as a test. */
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundledWorker } from './bundled.ts';
import { minimised } from './minimise.ts';
import { type Bounds, startWorker, type Worker } from './process.ts';
import { TARGETS } from './targets/index.ts';
import type { Say } from './worker.ts';

const ROOT = path.join(import.meta.dirname, '..');
const BOUNDS: Bounds = { inputMs: 5000, memoryMb: 1024 };
/** A process is started for each try of one that hangs. */
const TRIES_OF_ENDED = 25;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    jobs: { type: 'string', default: String(Math.min(4, availableParallelism())) },
    list: { type: 'boolean', default: false },
  },
});
const [seconds, seed, jobs] = [Number(values.seconds), Number(values.seed), Number(values.jobs)];
const pattern = new RegExp(values.only);
const chosen = TARGETS.filter(({ name }) => pattern.test(name));
if (values.list || chosen.length === 0 || !(seconds > 0) || !Number.isInteger(seed) || !(jobs >= 1)) {
  console.log(TARGETS.map(({ name }) => name).join('\n'));
  process.exit(values.list ? 0 : 2);
}

const file = await bundledWorker(ROOT, true);
const start = (): Worker => startWorker(file, ROOT, BOUNDS);

const rows: (Extract<Say, { kind: 'done' }> & { faults: number })[] = [];
const found: { target: string; fault: string; kept: string }[] = [];

function keep(target: string, fault: string, input: Buffer): void {
  const folder = path.join(ROOT, 'test/fuzz/found', target);
  mkdirSync(folder, { recursive: true });
  const name = path.join(folder, createHash('sha256').update(input).digest('hex').slice(0, 12));
  writeFileSync(name, input);
  found.push({ target, fault, kept: path.relative(ROOT, name) });
  console.error(`${target}: ${fault} (${path.relative(ROOT, name)})`);
}

/** Makes an input smaller by which a process was ended, with a process of its own for each try. */
async function smaller(target: string, input: Buffer): Promise<{ input: Buffer; why: string | undefined }> {
  let why: string | undefined;
  const small = await minimised(
    input,
    async (one) => {
      const worker = start();
      const ended = await worker.ask({ attempt: target, input: one.toString('base64') }, () => undefined);
      worker.close();
      why = ended?.why ?? why;
      return ended !== undefined;
    },
    TRIES_OF_ENDED,
  );
  return { input: small, why };
}

const queue = [...chosen];
const ms = (seconds * 1000 * Math.min(jobs, queue.length)) / queue.length;

async function lane(): Promise<void> {
  let worker: Worker | undefined;
  for (let target = queue.shift(); target !== undefined; target = queue.shift()) {
    const { name } = target;
    worker ??= start();
    let faults = 0;
    const ended = await worker.ask({ fuzz: name, ms, seed }, (said) => {
      if (said.kind === 'fault') {
        faults += 1;
        keep(name, said.fault, Buffer.from(said.input, 'base64'));
      } else if (said.kind === 'done') rows.push({ ...said, faults });
    });
    if (ended === undefined) continue;
    worker.close();
    worker = undefined;
    const { input } = await smaller(name, ended.input);
    keep(name, ended.why, input);
    rows.push({ kind: 'done', target: name, inputs: 0, ms, percent: 0, corpus: 0, faults: faults + 1 });
  }
  worker?.close();
}

try {
  await Promise.all(Array.from({ length: Math.min(jobs, queue.length) }, lane));
} finally {
  rmSync(file, { force: true });
}

const order = new Map(chosen.map(({ name }, i) => [name, i]));
const table = rows.toSorted((a, b) => (order.get(a.target) ?? 0) - (order.get(b.target) ?? 0));
console.log(
  '| target | inputs | inputs/s | code reached | kept | faults |\n| --- | ---: | ---: | ---: | ---: | ---: |',
);
for (const { target, inputs, ms: took, percent, corpus, faults } of table)
  console.log(
    `| ${target} | ${inputs} | ${Math.round((inputs * 1000) / took)} | ${percent} % | ${corpus} | ${faults} |`,
  );
const all = table.reduce((sum, { inputs }) => sum + inputs, 0);
console.log(`\n${all} inputs to ${table.length} readers in ${seconds} s, seed ${seed}: ${found.length} faults`);
process.exitCode = found.length === 0 ? 0 : 1;
