import type { Signal, WatchEvent } from '../../model/watch.ts';
import type { Attempt, Attempts } from './attempts.ts';
import { kept, LONGEST } from './evidence.ts';
import { isOfIncidents } from './incidents.ts';

/**
 * What a watch of some hosts says to the one that watches across all: an attempt as it was judged where its host is known, an event
 * that belongs to incidents, or what a detector of hosts came to.
 */
export interface HostWord {
  readonly event?: WatchEvent;
  readonly attempt?: Omit<Attempt, 'event'>;
  readonly signals?: readonly Signal[];
}

/** Peers that only came and went, and lines that decide nothing, concern nobody who watches across hosts: undefined. */
export function wordOf(
  event: WatchEvent,
  attempt: Attempt | undefined,
  signals: readonly Signal[],
): HostWord | undefined {
  const counts = attempt !== undefined && attempt.kind !== 'left';
  const said = signals.length === 0 ? {} : { signals };
  if (!counts && !isOfIncidents(event)) return signals.length === 0 ? undefined : said;
  if (!counts) return { event: kept(event), ...said };
  const { event: _, ...judged } = attempt;
  return { event: kept(event), attempt: { ...judged, ...short({ user: judged.user, from: judged.from }) }, ...said };
}

/** As `kept` cuts them: what somebody made sshd log is no reason for a large message. */
function short({ user, from }: Pick<Attempt, 'user' | 'from'>): Pick<Attempt, 'user' | 'from'> {
  return { user: user?.slice(0, LONGEST), from: from?.slice(0, LONGEST) };
}

/** Attempts that were judged elsewhere, for detectors that ask about the event that was given last. */
export interface GivenAttempts extends Attempts {
  give(event: WatchEvent, judged: Omit<Attempt, 'event'> | undefined): void;
  /** The same attempts as if all hosts were one, which has no name. */
  readonly together: Attempts;
}

/** Time is that of the words, which never goes back; `familiar` is known where the hosts are. */
export function givenAttempts(familiar: Attempts['familiar']): GivenAttempts {
  let now = 0;
  let last: WatchEvent | undefined;
  let here: Attempt | undefined;
  let anywhere: Attempt | undefined;
  const tick = (at: number): void => {
    if (at > now) now = at;
  };
  const common = {
    tick,
    now: () => now,
    familiar,
    save: () => String(now),
    load: (saved: string) => {
      now = Number(saved) || 0;
    },
  };
  return {
    ...common,
    give(event, judged) {
      last = event;
      here = judged === undefined ? undefined : { ...judged, event };
      anywhere = here === undefined ? undefined : { ...here, host: '' };
      if (here !== undefined) tick(here.now);
    },
    of: (event) => (event === last ? here : undefined),
    together: { ...common, of: (event) => (event === last ? anywhere : undefined) },
  };
}
