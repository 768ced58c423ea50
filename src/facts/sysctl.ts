import { section } from './source.ts';

/** One setting or counter of the kernel. */
export interface Tunable {
  readonly value: string;
  readonly line: number;
  readonly text: string;
}

export const sysctl = section(
  'server',
  'sysctl',
  'settings and counters of the kernel by name, e.g. `kernel.pty.max` (sysctl(8))',
  (text): ReadonlyMap<string, Tunable> =>
    new Map(
      (text ?? '').split('\n').flatMap((line, i) => {
        const at = line.indexOf('=');
        return at > 0 ? [[line.slice(0, at), { value: line.slice(at + 1), line: i + 1, text: line }] as const] : [];
      }),
    ),
);
