import { section } from './source.ts';

/** Limits of the listening sshd. */
export interface Limit {
  /** `Infinity` for no limit. */
  readonly soft: number;
  readonly line: number;
  readonly text: string;
}

export interface Limits {
  /** By the kernel's own name, e.g. `Max open files` (proc(5), limits). */
  readonly of: ReadonlyMap<string, Limit>;
  /** Processes of its control group and how many there may be; absent where the kernel does not count them. */
  readonly processes?: { readonly current: number; readonly max: number; readonly line: number; readonly text: string };
}

const number = (word: string | undefined): number =>
  word === 'unlimited' || word === 'max' ? Number.POSITIVE_INFINITY : Number(word);

/** Null when no sshd listens. */
export const limits = section(
  'server',
  'limits',
  'resource limits of the listening sshd and of its control group; null when there is none',
  (text): Limits | null => {
    if (text === null) return null;
    const of = new Map<string, Limit>();
    let current: number | undefined;
    let processes: Limits['processes'];
    for (const [i, line] of text.split('\n').entries()) {
      const [, name, soft] = /^(Max [a-z]+(?: [a-z]+)*) {2,}(\d+|unlimited)\s/.exec(line) ?? [];
      if (name) of.set(name, { soft: number(soft), line: i + 1, text: line.replace(/\s+/g, ' ').trim() });
      const [, what, value] = /^pids\.(current|max)=(\d+|max)$/.exec(line) ?? [];
      if (what === 'current') current = number(value);
      if (what !== 'max' || current === undefined) continue;
      const text = `pids.current=${current}, pids.max=${value}`;
      const one = { current, max: number(value), line: i + 1, text };
      if (!processes || one.max < processes.max) processes = one;
    }
    return { of, ...(processes ? { processes } : {}) };
  },
);
