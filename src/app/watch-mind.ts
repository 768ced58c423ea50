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
  /** As `save`, one by one, each made when it is asked for; nothing may be seen meanwhile. */
  parts(): Iterable<readonly [name: string, saved: string]>;
  /** Returns whether it could be taken up; a name that nobody has any more can. */
  loadPart(name: string, saved: string): boolean;
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

  function* parts(): Generator<readonly [string, string]> {
    yield [INCIDENTS, JSON.stringify(incidents.open())];
    for (const { name, save } of detectors) if (save !== undefined) yield [name, save()];
  }

  function loadPart(name: string, saved: string): boolean {
    try {
      if (name === INCIDENTS) incidents.restore(JSON.parse(saved) as Incident[]);
      else detectors.find((one) => one.name === name)?.load?.(saved);
      return true;
    } catch {
      return false;
    }
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
    parts,
    loadPart,
    save: () => JSON.stringify(Object.fromEntries(parts())),
    load(saved) {
      const found = JSON.parse(saved) as Record<string, unknown>;
      return [INCIDENTS, ...detectors.map(({ name }) => name)].filter((name) => {
        const part = found[name];
        return typeof part === 'string' && !loadPart(name, part);
      });
    },
  };
}
