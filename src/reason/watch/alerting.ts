import type { Alert, Incident } from '../../model/watch.ts';
import { type Silence, silenceOf } from './silence.ts';
import { alertOf, type ChannelRules, type Entry, type Knows, type Saved, stepOf, type Tally } from './told.ts';
import { trimmed } from './trim.ts';

export interface AlertingRules {
  readonly channels: readonly ChannelRules[];
  readonly silences: readonly Silence[];
  /** An incident that goes on without becoming more urgent is told again at most this often. */
  readonly growEveryMs: number;
}

/** An alert for one channel. */
export interface Due {
  readonly channel: string;
  readonly alert: Alert;
}

/**
 * Decides which alerts go out. It compares what each channel was told with what is: handing over an incident twice, or all open
 * ones after a restart, alerts nobody twice. Time is that of the caller.
 */
export interface Alerting {
  /** Takes incidents that were opened, have grown or were closed (or none: time went by), and says what to send now. */
  step(changed: readonly Incident[], now: number): readonly Due[];
  /** An alert that was decided before a restart and is kept by the sender: it is not decided again. */
  took(due: Due): void;
  /** Incidents that it believes to be open. */
  open(): readonly Incident[];
  /** All that it remembers, as JSON. */
  save(): string;
}

const MOST = 1000;
const MOST_DONE = 5000;

/** @throws SyntaxError when `saved` is not what `save` gave. */
export function alerting(rules: AlertingRules, saved?: string): Alerting {
  const before = saved === undefined ? undefined : (JSON.parse(saved) as Saved);
  const entries = new Map(
    before?.incidents.map(({ incident, knows }): [string, Entry] => [incident.id, { incident, knows: new Map(knows) }]),
  );
  const tallies = new Map(before?.tallies);
  const done = new Map(before?.done);

  const tallyOf = (channel: string): Tally => tallies.get(channel) ?? { sent: [], lost: 0 };
  const knowsOf = (entry: Entry, channel: string): Knows => {
    const knows = entry.knows.get(channel) ?? {};
    entry.knows.set(channel, knows);
    return knows;
  };

  function record({ channel, alert: { id, incident, kind, at } }: Due): void {
    const entry = entries.get(incident.id) ?? { incident, knows: new Map<string, Knows>() };
    entries.set(incident.id, entry);
    const { urgency, updated } = incident;
    const grown = (entry.knows.get(channel)?.told?.grown ?? 0) + (kind === 'grown' ? 1 : 0);
    entry.knows.set(channel, { told: { urgency, updated, at, grown, over: kind === 'closed', last: id } });
    const tally = tallyOf(channel);
    tallies.set(channel, { ...tally, sent: [...tally.sent, at] });
  }

  function took(due: Due): void {
    const { id, kind, incident, at } = due.alert;
    if (kind === 'test' || done.has(incident.id)) return;
    const told = entries.get(incident.id)?.knows.get(due.channel)?.told;
    if (told !== undefined && (told.at > at || told.last === id)) return;
    note(incident);
    record(due);
  }

  function note(incident: Incident): void {
    const known = entries.get(incident.id);
    if (done.has(incident.id) || incident.urgency === 'note') return;
    if (known === undefined) entries.set(incident.id, { incident: trimmed(incident), knows: new Map() });
    // A restart may hand over again how it was before.
    else if (known.incident.state === 'open' && incident.updated >= known.incident.updated)
      known.incident = trimmed(incident);
  }

  /** How many more may go there, and of these how many that are not urgent. */
  function room({ name, limit }: ChannelRules, now: number): { urgent: number; other: number } {
    const tally = tallyOf(name);
    // A clock that was put back must neither forget what was sent nor wait for the old time to come again.
    const sent = tally.sent.map((at) => Math.min(at, now)).filter((at) => now - at < limit.perMs);
    tallies.set(name, { ...tally, sent });
    const urgent = Math.max(0, limit.count - sent.length);
    return { urgent, other: Math.max(0, urgent - Math.floor(limit.count / 3)) };
  }

  function send(channel: ChannelRules, open: readonly Entry[], now: number): readonly Due[] {
    const wanted = open.flatMap((entry) => {
      const kind = stepOf(entry, channel, rules.growEveryMs, now);
      if (kind === undefined) return [];
      const news = kind !== 'closed' || entry.knows.get(channel.name)?.told === undefined;
      return [{ entry, kind, urgent: news && entry.incident.urgency === 'page', news }];
    });
    wanted.sort(
      (a, b) =>
        Number(b.urgent) - Number(a.urgent) ||
        Number(b.news) - Number(a.news) ||
        a.entry.incident.opened - b.entry.incident.opened,
    );
    let { urgent, other } = room(channel, now);
    const going = wanted.filter((one) => {
      if (one.urgent ? urgent <= 0 : other <= 0) {
        knowsOf(one.entry, channel.name).held ??= 'counted';
        return false;
      }
      urgent -= 1;
      other = Math.min(one.urgent ? other : other - 1, urgent);
      return true;
    });
    // The last of them says how many more there would have been.
    return going.map(({ entry, kind }, i) => {
      const heldBack = i === going.length - 1 ? heldBackNow(channel.name, entry) : 0;
      const due = { channel: channel.name, alert: alertOf(entry, kind, channel.name, now, heldBack) };
      record(due);
      return due;
    });
  }

  /** What was held back and not said yet, but for the one that goes now; from now on it is said. */
  function heldBackNow(channel: string, going: Entry): number {
    const { lost, ...tally } = tallyOf(channel);
    tallies.set(channel, { ...tally, lost: 0 });
    let count = lost;
    for (const entry of entries.values()) {
      const knows = entry.knows.get(channel);
      if (knows?.held !== 'counted' || entry === going) continue;
      knows.held = 'said';
      count += 1;
    }
    return count;
  }

  /** Forgets an incident; what was held back of it has still to be counted. */
  function forget(entry: Entry, over: boolean, now: number): void {
    entries.delete(entry.incident.id);
    if (over) done.set(entry.incident.id, now);
    for (const [channel, { held }] of entry.knows)
      if (held === 'counted') tallies.set(channel, { ...tallyOf(channel), lost: tallyOf(channel).lost + 1 });
  }

  function sweep(silenced: ReadonlySet<Entry>, now: number): void {
    for (const entry of entries.values()) {
      if (entry.incident.state === 'open') continue;
      const waits = rules.channels.some((channel) => {
        const { told, held } = entry.knows.get(channel.name) ?? {};
        // Silent from beginning to end: nobody asked for it. What waited for the limit before, or was told as open, goes on.
        if (silenced.has(entry) && told === undefined && held === undefined) return false;
        return stepOf(entry, channel, rules.growEveryMs, now) !== undefined;
      });
      if (!waits) forget(entry, true, now);
    }
    for (const urgency of ['notice', 'page'] as const) {
      const kept = [...entries.values()].filter(({ incident }) => incident.urgency === urgency);
      if (kept.length <= MOST) continue;
      const dear = ({ knows }: Entry): number => ([...knows.values()].some(({ told }) => told) ? 0 : 1);
      kept.sort((a, b) => dear(a) - dear(b) || a.incident.updated - b.incident.updated);
      for (const entry of kept.slice(0, kept.length - MOST)) {
        for (const { name } of rules.channels) {
          const knows = knowsOf(entry, name);
          if (knows.told === undefined) knows.held ??= 'counted';
        }
        forget(entry, false, now);
      }
    }
    for (const id of [...done.keys()].slice(0, Math.max(0, done.size - MOST_DONE))) done.delete(id);
  }

  return {
    step: (changed, now) => {
      for (const incident of changed) note(incident);
      const silenced = new Set<Entry>();
      for (const entry of entries.values()) if (silenceOf(rules.silences, entry.incident, now)) silenced.add(entry);
      const open = [...entries.values()].filter((entry) => !silenced.has(entry));
      const due = rules.channels.flatMap((channel) => send(channel, open, now));
      sweep(silenced, now);
      return due;
    },
    took,
    open: () => [...entries.values()].map(({ incident }) => incident).filter(({ state }) => state === 'open'),
    save: () =>
      JSON.stringify({
        incidents: [...entries.values()].map(({ incident, knows }) => ({ incident, knows: [...knows] })),
        tallies: [...tallies],
        done: [...done],
      } satisfies Saved),
  };
}
