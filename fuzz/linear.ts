/** Whether each reader takes ten times as long for ten times as much, whatever it is given: `npm run bench:linear`. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundledWorker } from './bundled.ts';
import { type Bounds, startWorker, type Worker } from './process.ts';
import { SHAPES } from './shapes.ts';
import { TARGETS } from './targets/index.ts';

const ROOT = path.join(import.meta.dirname, '..');
const BOUNDS: Bounds = { inputMs: 120_000, memoryMb: 6000 };
/** Times more that ten times as much may take. */
const MOST = 15;
/** What takes less is not measured well enough to be compared. */
const FLOOR_MS = 200;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    shape: { type: 'string', default: '' },
    sizes: { type: 'string', default: '1,10,100' },
  },
});
const sizes = values.sizes.split(',').map(Number);
const [named, shaped] = [new RegExp(values.only), new RegExp(values.shape)];
const chosen = TARGETS.filter(({ name }) => named.test(name));
const shapes = Object.keys(SHAPES).filter((name) => shaped.test(name));
if (chosen.length === 0 || shapes.length === 0 || sizes.some((size) => !(size > 0))) process.exit(2);

const file = await bundledWorker(ROOT, false);
const bad: string[] = [];

/** Milliseconds, or why there are none. */
async function measured(
  worker: () => Worker,
  over: () => void,
  target: string,
  shape: string,
  mb: number,
): Promise<number | string> {
  let answer: number | string = 'nothing';
  const ended = await worker().ask({ measure: target, shape, bytes: Math.round(mb * 1e6) }, (said) => {
    if (said.kind === 'measured') answer = said.fault ?? said.ms;
  });
  if (ended === undefined) return answer;
  over();
  return ended.why;
}

console.log(`| target | slowest shape | ${sizes.map((mb) => `${mb} MB, ms`).join(' | ')} | worst step |`);
console.log(`| --- | --- | ${sizes.map(() => '---:').join(' | ')} | ---: |`);
try {
  let worker: Worker | undefined;
  const get = (): Worker => (worker ??= startWorker(file, ROOT, BOUNDS));
  const drop = (): void => {
    worker?.close();
    worker = undefined;
  };
  for (const { name } of chosen) {
    let row: { shape: string; times: number[] } | undefined;
    let worst = 0;
    for (const shape of shapes) {
      const times: number[] = [];
      for (const mb of sizes) {
        let time = await measured(get, drop, name, shape, mb);
        const last = times.at(-1);
        // Once more where the first try was disturbed.
        const tooLong = (): boolean =>
          last !== undefined &&
          typeof time === 'number' &&
          time > FLOOR_MS &&
          time > MOST * Math.max(last, FLOOR_MS / 10);
        if (tooLong()) time = Math.min(time as number, Number(await measured(get, drop, name, shape, mb)));
        if (typeof time === 'string') {
          bad.push(`${name}, ${shape}, ${mb} MB: ${time}`);
          break;
        }
        if (tooLong())
          bad.push(`${name}, ${shape}: ${Math.round(last ?? 0)} ms, then ${Math.round(time)} ms for ${mb} MB`);
        if (last !== undefined && time > FLOOR_MS) worst = Math.max(worst, time / Math.max(last, FLOOR_MS / 10));
        times.push(time);
      }
      if (row === undefined || (times.at(-1) ?? 0) > (row.times.at(-1) ?? 0)) row = { shape, times };
    }
    // Long texts are not left lying for the next.
    drop();
    const cells = sizes.map((_, i) => (row?.times[i] === undefined ? '' : Math.round(row.times[i])));
    console.log(`| ${name} | ${row?.shape} | ${cells.join(' | ')} | ${worst === 0 ? '' : `× ${worst.toFixed(1)}`} |`);
  }
  drop();
} finally {
  rmSync(file, { force: true });
}
console.log(
  `\n${chosen.length} readers, ${shapes.length} shapes: ${bad.length === 0 ? 'none takes more than its share' : `${bad.length} take too long`}`,
);
for (const one of bad) console.log(`- ${one}`);
process.exitCode = bad.length === 0 ? 0 : 1;
