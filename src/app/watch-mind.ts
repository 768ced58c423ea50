import type { Detector, Incident, Signal, WatchEvent } from '../model/watch.ts';
import type { IncidentChange, Incidents } from '../reason/watch/incidents.ts';

/** The detectors and what makes incidents of their signals, as one. */
export interface Mind {
  see(event: WatchEvent): void;
  tick(now: number, read: { readonly lines: number; readonly unparsed: number }): void;
  /** What it has come to since it was asked last. */
  drain(): { readonly signals: readonly Signal[]; readonly changes: readonly IncidentChange[] };
  open(): readonly Incident[];
  /** Incidents that were open when the watch ended, and that nothing else tells of. */
  restore(incidents: readonly Incident[]): void;
  save(): string;
  /** Returns what could not be taken up, by name. */
  load(saved: string): readonly string[];
}

const INCIDENTS = 'incidents';

/** `detectors` and `incidents` have to be made with the same attempts. `add` takes signals that were made elsewhere. */
export function watchMind(
  detectors: readonly Detector[],
  incidents: Incidents,
): Mind & { add(signals: readonly Signal[]): void } {
  let signals: Signal[] = [];
  let changes: IncidentChange[] = [];

  function gather(made: readonly Signal[]): void {
    if (made.length === 0) return;
    signals.push(...made);
    changes.push(...incidents.add(made));
  }

  return {
    see(event) {
      const made = incidents.see(event);
      if (made.length > 0) changes.push(...made);
      for (const one of detectors) gather(one.see(event));
    },
    add: gather,
    tick(now, read) {
      for (const one of detectors) gather(one.tick(now, read));
      changes.push(...incidents.tick(now));
    },
    drain() {
      const made = { signals, changes };
      signals = [];
      changes = [];
      return made;
    },
    open: () => incidents.open(),
    restore: (saved) => incidents.restore(saved),
    save() {
      const parts: Record<string, string> = { [INCIDENTS]: JSON.stringify(incidents.open()) };
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
      attempt(INCIDENTS, (part) => incidents.restore(JSON.parse(part) as Incident[]));
      for (const one of detectors) attempt(one.name, one.load === undefined ? undefined : (part) => one.load?.(part));
      return failed;
    },
  };
}
