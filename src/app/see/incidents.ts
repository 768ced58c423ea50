import { LookError } from '../../model/errors.ts';
import type { EventStore, Incident, WatchEvent } from '../../model/watch.ts';
import { around, type Surrounding } from '../../reason/watch/around.ts';

/** Of one question of what lay around. */
const MOST = 200;
/** Addresses that are asked for: an incident of a whole network has many. */
const ADDRESSES = 8;

/** What a list shows of an incident. */
export interface IncidentLine
  extends Pick<Incident, 'id' | 'state' | 'opened' | 'updated' | 'urgency' | 'about' | 'title'> {
  readonly signals: number;
}

/** The incidents that changed since, the newest last. */
export async function askIncidents(
  store: EventStore,
  question: { readonly since: number; readonly state?: Incident['state'] },
): Promise<readonly IncidentLine[]> {
  return (await store.incidents(question)).map(({ id, state, opened, updated, urgency, about, title, signals }) => ({
    ...{ id, state, opened, updated, urgency, about, title },
    signals: signals.length,
  }));
}

export interface IncidentAnswer {
  readonly incident: Incident;
  /** What happened around it, oldest first. */
  readonly around: readonly Surrounding[];
  /** One of the questions had more answers than are shown. */
  readonly more: boolean;
}

/** An incident with what the store knows of its time. @throws LookError when there is none of that name. */
export async function askIncident(store: EventStore, id: string): Promise<IncidentAnswer> {
  const [incident] = await store.incidents({ since: 0, id });
  if (incident === undefined) throw new LookError(`there is no incident ${id} in the store`);
  let more = false;
  const questions = around(incident, ADDRESSES);
  const found = new Map<string, Surrounding>();
  for (const { why, ...question } of questions) {
    const events = await store.events({ ...question, limit: MOST });
    more ||= events.length === MOST;
    for (const event of events) keep(found, event, why);
  }
  for (const { evidence } of incident.signals) for (const event of evidence) keep(found, event, 'evidence');
  return {
    incident,
    around: [...found.values()].sort((a, b) => a.event.at - b.event.at || (a.event.id < b.event.id ? -1 : 1)),
    more,
  };
}

/** Evidence first, then the question that it answered first. */
function keep(found: Map<string, Surrounding>, event: WatchEvent, why: Surrounding['why']): void {
  const known = found.get(event.id);
  if (known === undefined || why === 'evidence') found.set(event.id, { event: known?.event ?? event, why });
}
