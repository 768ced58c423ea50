/**
 * Writes the log of a busy host for `replay.ts`, second by second of the watched time and as far as it is told, and rotates it every
 * minute as logrotate does: the file gets another name, and a new one takes its place.
 */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { pool, START } from './replay-lines.ts';

const ROTATE_S = 60;
/** Older ones are taken away. */
const KEPT = 4;

const [file = '', rateText = '', begun = '0'] = process.argv.slice(2);
const rate = Number(rateText);
const { text, starts } = pool();
const count = starts.length - 1;

let log = openSync(file, 'a');
let second = Number(begun);
let line = (second * rate) % count;

function rotate(): void {
  closeSync(log);
  rmSync(`${file}.${KEPT}`, { force: true });
  for (let i = KEPT; i > 1; i -= 1) if (second / ROTATE_S >= i) renameSync(`${file}.${i - 1}`, `${file}.${i}`);
  renameSync(file, `${file}.1`);
  log = openSync(file, 'a');
}

/** The lines of one second, each with its own stamp. */
function written(): void {
  const clock = new Date(START + second * 1000).toISOString().slice(0, 20);
  for (let left = rate; left > 0; ) {
    const take = Math.min(left, count - line);
    const from = starts[line] as number;
    const block = Buffer.from(text.subarray(from, starts[line + take]));
    for (let i = 0; i < take; i += 1) {
      const micros = Math.floor(((rate - left + i) * 1e6) / rate);
      block.write(`${clock}${String(micros).padStart(6, '0')}+00:00`, (starts[line + i] as number) - from, 'latin1');
    }
    for (let at = 0; at < block.length; ) at += writeSync(log, block, at);
    left -= take;
    line = (line + take) % count;
  }
  second += 1;
  if (second % ROTATE_S === 0) rotate();
}

process.on('message', (upTo: number) => {
  while (second < upTo) written();
});
process.on('disconnect', () => process.exit());
// Ctrl-C goes to both: what it was told to write it writes.
process.on('SIGINT', () => undefined);
