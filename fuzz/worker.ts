import { closeSync, openSync, writeSync } from 'node:fs';
import { coverage } from './coverage.ts';
import { minimised } from './minimise.ts';
import { mutated, wordsOf } from './mutate.ts';
import { faultOf, WHOLE } from './properties.ts';
import { random } from './random.ts';
import { SHAPES } from './shapes.ts';
import { byName, type Target } from './target.ts';
import { TARGETS } from './targets/index.ts';

declare global {
  // Set in front of the bundled worker (run.ts).
  var $ran: Uint8Array;
  var $fileOf: readonly number[];
}

/** What the parent asks for: to fuzz a target for some time, or to try one input. */
export type Ask =
  | { readonly fuzz: string; readonly ms: number; readonly seed: number }
  | { readonly attempt: string; readonly input: string }
  | { readonly measure: string; readonly shape: string; readonly bytes: number };

/** What a worker has to say. `input` is base64. */
export type Say =
  | { readonly kind: 'fault'; readonly target: string; readonly fault: string; readonly input: string }
  | {
      readonly kind: 'done';
      readonly target: string;
      readonly inputs: number;
      readonly ms: number;
      readonly percent: number;
      readonly corpus: number;
    }
  | { readonly kind: 'measured'; readonly ms: number; readonly fault: string | undefined }
  | { readonly kind: 'tried'; readonly fault: string | undefined }
  | { readonly kind: 'ready' };

const say = (message: Say): void => void process.send?.(message);

/** The input that is being tried, for whoever has to end this process: a count, the length, the bytes. */
const place = openSync(process.env['SSHWHY_FUZZ_INPUT'] ?? '/dev/null', 'w');
const head = Buffer.alloc(8);
let count = 0;
function note(input: Buffer): void {
  count = (count + 1) >>> 0;
  head.writeUInt32LE(count, 0);
  head.writeUInt32LE(input.length, 4);
  writeSync(place, Buffer.concat([head, input]), 0, 8 + input.length, 0);
}

const seen = coverage(globalThis.$ran, globalThis.$fileOf);
/** Every so many inputs are read twice. */
const TWICE = 7;
/** Every so many inputs are read for all that hangs on them. */
const DEEP = 6;
const FAULTS = 5;
/** Inputs that are kept beside the captured ones. */
const CORPUS = 1000;

async function fuzz(target: Target, ms: number, seed: number): Promise<void> {
  const r = random(seed);
  const seeds = target.seeds();
  if (seeds.length === 0) throw new Error(`${target.name} has no seeds`);
  const words = wordsOf(seeds, target.words);
  const longest = target.longest ?? 16_384;
  const corpus = [...seeds];
  const faults = new Set<string>();
  let inputs = 0;

  const attempt = async (input: Buffer): Promise<void> => {
    note(input);
    inputs += 1;
    const fault = await faultOf(target, input, { again: inputs % TWICE === 0, deep: inputs % DEEP === 0 });
    if (fault === undefined) return;
    // One input of each kind of fault is enough.
    const kind = fault.replace(/"[^"]*"|'[^']*'|position.*|\d+|U\+\w+/g, '#').slice(0, 90);
    if (faults.has(kind) || faults.size >= FAULTS) return;
    faults.add(kind);
    const small = await minimised(input, async (one) => {
      note(one);
      return (await faultOf(target, one, WHOLE)) !== undefined;
    });
    say({
      kind: 'fault',
      target: target.name,
      fault: (await faultOf(target, small, WHOLE)) ?? fault,
      input: small.toString('base64'),
    });
  };

  const start = performance.now();
  seen.forget();
  for (const one of seeds) {
    await attempt(one.subarray(0, longest));
    if (performance.now() - start > ms / 3) break;
  }
  seen.fresh();
  while (performance.now() - start < ms) {
    // What was found last is tried more often.
    const at = r.below(2) === 0 ? r.below(corpus.length) : corpus.length - 1 - r.below(Math.min(corpus.length, 40));
    const input = mutated(corpus[at] as Buffer, r.pick(corpus), words, r, longest);
    await attempt(input);
    if (seen.fresh() === 0) continue;
    if (corpus.length >= CORPUS) corpus[seeds.length + r.below(CORPUS - seeds.length)] = input;
    else corpus.push(input);
  }
  const took = performance.now() - start;
  say({
    kind: 'done',
    target: target.name,
    inputs,
    ms: took,
    percent: seen.percent(),
    corpus: corpus.length - seeds.length,
  });
}

/** Time of the processor for one long text; what other processes take of it does not count. */
async function measure(target: Target, shape: string, bytes: number): Promise<void> {
  const [seed = Buffer.from('a')] = target.seeds().toSorted((a, b) => b.length - a.length);
  const input = SHAPES[shape]?.(seed, bytes) ?? seed;
  note(Buffer.from(shape));
  const before = process.cpuUsage();
  let fault: string | undefined;
  try {
    await target.run(input, false);
  } catch (error) {
    fault = target.may?.some((known) => error instanceof known) ? undefined : String(error).slice(0, 200);
  }
  const { user, system } = process.cpuUsage(before);
  say({ kind: 'measured', ms: (user + system) / 1000, fault });
}

process.on('message', (ask: Ask) => {
  const target = byName(TARGETS, 'fuzz' in ask ? ask.fuzz : 'measure' in ask ? ask.measure : ask.attempt);
  if (target === undefined) throw new Error('no such target');
  if ('fuzz' in ask) void fuzz(target, ask.ms, ask.seed);
  else if ('measure' in ask) void measure(target, ask.shape, ask.bytes);
  else {
    const input = Buffer.from(ask.input, 'base64');
    note(input);
    void faultOf(target, input, WHOLE).then((fault) => say({ kind: 'tried', fault }));
  }
});
process.on('disconnect', () => {
  closeSync(place);
  process.exit();
});
say({ kind: 'ready' });
