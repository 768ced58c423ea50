import type { Alert, Detector, Incident, Signal, WatchEvent } from '../model/watch.ts';

/** What has become of an incident. */
export interface Change {
  readonly incident: Incident;
  readonly kind: Exclude<Alert['kind'], 'test'>;
}

/** Makes incidents of signals and of the events beside them. */
export interface Correlator {
  see(event: WatchEvent, signals: readonly Signal[]): readonly Change[];
  tick(now: number, signals: readonly Signal[]): readonly Change[];
  save(): string;
  load(saved: string): void;
}

/** The detectors and what makes incidents of their signals, as one. */
export interface Mind {
  see(event: WatchEvent): void;
  tick(now: number, read: { readonly lines: number; readonly unparsed: number }): void;
  /** What it has come to since it was asked last. */
  drain(): { readonly signals: readonly Signal[]; readonly changes: readonly Change[] };
  save(): string;
  /** Returns what could not be taken up, by name. */
  load(saved: string): readonly string[];
}

const INCIDENTS = 'incidents';

export function watchMind(detectors: readonly Detector[], correlator: Correlator): Mind {
  let signals: Signal[] = [];
  let changes: Change[] = [];

  function gather(made: readonly Signal[], more: readonly Change[]): void {
    if (made.length > 0) signals.push(...made);
    if (more.length > 0) changes.push(...more);
  }

  return {
    see(event) {
      const made = detectors.flatMap((one) => one.see(event));
      gather(made, correlator.see(event, made));
    },
    tick(now, read) {
      const made = detectors.flatMap((one) => one.tick(now, read));
      gather(made, correlator.tick(now, made));
    },
    drain() {
      const made = { signals, changes };
      signals = [];
      changes = [];
      return made;
    },
    save() {
      const parts: Record<string, string> = { [INCIDENTS]: correlator.save() };
      for (const { name, save } of detectors) if (save !== undefined) parts[name] = save();
      return JSON.stringify(parts);
    },
    load(saved) {
      const parts = JSON.parse(saved) as Record<string, unknown>;
      const failed: string[] = [];
      const attempt = (name: string, load: ((saved: string) => void) | undefined): void => {
        const part = parts[name];
        if (typeof part !== 'string') return;
        try {
          load?.(part);
        } catch {
          failed.push(name);
        }
      };
      attempt(INCIDENTS, (part) => correlator.load(part));
      for (const one of detectors) attempt(one.name, one.load === undefined ? undefined : (part) => one.load?.(part));
      return failed;
    },
  };
}
