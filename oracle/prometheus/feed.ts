import { eventTypes } from '../../src/knowledge/events/index.ts';
import type { Batch, Incident, Signal, WatchEvent } from '../../src/model/watch.ts';

/** What a log would have to name for one of these to become a label. */
const HOSTILE = {
  host: 'evil.example',
  user: 'mallory"} 1\n',
  from: '203.0.113.9',
  method: 'mallory',
  jail: 'mallory',
  detail: 'mallory 2001:db8::9',
};

/** One event of every type, from somebody who chooses everything that can be chosen. */
export function everything(step: number): Batch {
  const events = eventTypes.map(
    ({ id, outcome }, i): WatchEvent => ({
      ...HOSTILE,
      id: `${step}/${id}`,
      at: Date.now() - 500,
      type: id,
      outcome,
      port: id.startsWith('kernel/') ? '22' : String(1024 + i),
      pid: step * 1000 + i,
    }),
  );
  return {
    events,
    place: { source: 'journal', cursor: String(step) },
    lines: { all: events.length + 20, unparsed: 5, other: 15 },
  };
}

export const signalOf = (detector: string): Signal => ({
  detector,
  at: Date.now(),
  urgency: 'page',
  about: { from: HOSTILE.from },
  says: 'mallory',
  measure: {},
  evidence: [],
});

export const openIncident = (step: number): Incident => ({
  id: `incident ${step}`,
  state: 'open',
  opened: Date.now(),
  updated: Date.now(),
  urgency: 'page',
  about: { user: HOSTILE.user },
  title: 'mallory',
  story: [],
  signals: [],
  causes: [],
  advice: [],
});
