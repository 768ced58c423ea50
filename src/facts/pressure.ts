import { section } from './source.ts';

/** How much of the last ten seconds work had to wait, percent. */
export interface Pressure {
  readonly what: 'cpu' | 'io' | 'memory';
  /** Some of it waited. */
  readonly some: number;
  /** All of it waited; the kernel tells it of `cpu` too since 5.13, where it means nothing for a whole machine. */
  readonly full: number;
  readonly line: number;
  readonly text: string;
}

export const pressure = section(
  'server',
  'pressure',
  'pressure stall information (/proc/pressure, averages of ten seconds, percent)',
  (text): readonly Pressure[] => {
    const found: Pressure[] = [];
    let what: Pressure['what'] | undefined;
    for (const [i, line] of (text ?? '').split('\n').entries()) {
      const [, header] = /^--- (cpu|io|memory)$/.exec(line) ?? [];
      if (header) what = header as Pressure['what'];
      const [, kind, average] = /^(some|full) avg10=([\d.]+)/.exec(line) ?? [];
      const share = Number(average);
      const last = found.at(-1);
      if (!what || !kind || !Number.isFinite(share)) continue;
      if (kind === 'some') found.push({ what, some: share, full: 0, line: i + 1, text: `${what}: ${line}` });
      else if (last?.what === what) found[found.length - 1] = { ...last, full: share };
    }
    return found;
  },
);

/** Load average of the last minute: processes that run, wait to run, or wait for a disk. */
export const load = section('server', 'load', 'load average of the last minute (/proc/loadavg)', (text) => {
  const one = Number(/^[\d.]+/.exec(text ?? '')?.[0]);
  return Number.isFinite(one) ? one : undefined;
});
