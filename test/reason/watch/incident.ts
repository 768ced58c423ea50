import type { Incident, Signal } from '../../../src/model/watch.ts';

/** A signal about somebody, for tests of what becomes of signals. */
export function signalOf(over: Partial<Signal> = {}): Signal {
  return {
    detector: 'many-refused',
    at: Date.UTC(2026, 10, 23, 12),
    urgency: 'notice',
    about: { host: 'web1' },
    says: '31 logins refused in 10 minutes',
    measure: { seen: 31, limit: 20 },
    evidence: [],
    ...over,
  };
}

export function incidentOf(over: Partial<Incident> & { readonly id: string; readonly opened: number }): Incident {
  return {
    state: 'open',
    updated: over.opened,
    urgency: 'notice',
    about: { host: 'web1' },
    title: 'Many refused logins',
    story: [],
    signals: [],
    causes: [],
    advice: [],
    ...over,
  };
}
