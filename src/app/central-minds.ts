import type { Signal, WatchEvent } from '../model/watch.ts';
import { attempts } from '../reason/watch/attempts.ts';
import { type DetectorSettings, fleetDetectors, hostDetectors, USUAL_SETTINGS } from '../reason/watch/detectors.ts';
import { familiar } from '../reason/watch/familiar.ts';
import { givenAttempts, type HostWord, wordOf } from '../reason/watch/host-words.ts';
import { incidents } from '../reason/watch/incidents.ts';
import { type Mind, watchMind } from './watch-mind.ts';

interface Learning {
  save(): string;
  /** Returns what could not be taken up, by name. */
  load(saved: string): readonly string[];
}

/** What judges the hosts of one part, each by what is usual there. */
export interface HostsMind extends Learning {
  see(event: WatchEvent): void;
  tick(now: number, read: { readonly lines: number; readonly unparsed: number }): void;
  /** What there is to tell whoever watches across all hosts since it was asked last, in order. */
  drain(): readonly HostWord[];
}

/** What joins the words of all hosts to incidents. */
export interface AcrossMind extends Learning, Pick<Mind, 'drain'> {
  hear(word: HostWord): void;
  tick(now: number): void;
}

export function hostsMind(settings: DetectorSettings = USUAL_SETTINGS): HostsMind {
  const shared = attempts();
  const detectors = hostDetectors(shared, settings);
  let words: HostWord[] = [];
  // Without incidents of its own: those are made across.
  const none = { see: () => [], add: () => [], tick: () => [], open: () => [], restore: () => undefined };
  const mind = watchMind(detectors, none);
  const signalsOf = (): readonly Signal[] => mind.drain().signals;
  return {
    see(event) {
      mind.see(event);
      const word = wordOf(event, shared.of(event), signalsOf());
      if (word !== undefined) words.push(word);
    },
    tick(now, read) {
      mind.tick(now, read);
      const signals = signalsOf();
      if (signals.length > 0) words.push({ signals });
    },
    drain() {
      const made = words;
      words = [];
      return made;
    },
    save: mind.save,
    load: mind.load,
  };
}

export function acrossMind(settings: DetectorSettings = USUAL_SETTINGS): AcrossMind {
  const given = givenAttempts(familiar());
  const mind = watchMind(fleetDetectors(given, given.together, settings), incidents(given));
  return {
    hear({ event, attempt, signals }) {
      if (event !== undefined) {
        given.give(event, attempt);
        mind.see(event);
      }
      if (signals !== undefined) mind.add(signals);
    },
    tick: (now) => mind.tick(now, { lines: 0, unparsed: 0 }),
    drain: mind.drain,
    save: mind.save,
    load: mind.load,
  };
}
