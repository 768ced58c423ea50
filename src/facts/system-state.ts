import { section } from './source.ts';

/** A unit in a list of systemctl(1). */
export interface Listed {
  readonly unit: string;
  readonly line: number;
  readonly text: string;
}

/** What systemd says of the whole machine. */
export interface SystemState {
  /** `running`, `degraded`, `starting`, `maintenance`, `stopping`, … (systemctl(1), is-system-running). */
  readonly state: string;
  /** Jobs that wait or run. */
  readonly jobs: readonly (Listed & { readonly job: string; readonly running: boolean })[];
  readonly failed: readonly Listed[];
}

export const systemState = section(
  'server',
  'system-state',
  'how far the machine has booted, its unfinished jobs and its failed units (systemctl(1)); null without systemd',
  (text): SystemState | null => {
    if (text === null) return null;
    const lines = text.split('\n').map((line, i) => ({ line: i + 1, text: line.trim() }));
    const at = (header: string): number => {
      const found = lines.findIndex((line) => line.text === header);
      return found < 0 ? lines.length : found;
    };
    const jobs = lines.slice(at('--- jobs') + 1, at('--- failed')).flatMap((one) => {
      const [, unit, job, state] = /^\d+ (\S+) (\S+) (\S+)$/.exec(one.text.replace(/\s+/g, ' ')) ?? [];
      return unit && job && state ? [{ ...one, unit, job, running: state === 'running' }] : [];
    });
    const failed = lines.slice(at('--- failed') + 1).flatMap((one) => {
      const [unit, , active] = one.text.split(/\s+/);
      return unit && active ? [{ ...one, unit }] : [];
    });
    return { state: lines[0]?.text ?? '', jobs, failed };
  },
);
