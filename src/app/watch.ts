import { existsSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import path from 'node:path';
import { fileFollower } from '../collect/follow/file.ts';
import type { Follower, FollowOptions } from '../collect/follow/follower.ts';
import { JOURNAL, journalFollower } from '../collect/follow/journal.ts';
import { openStore } from '../collect/store/open.ts';
import { passingStore } from '../collect/store/passing.ts';
import type { Zone } from '../facts/events/stamp.ts';
import type { EventStore, Incident } from '../model/watch.ts';
import { attempts } from '../reason/watch/attempts.ts';
import { detectors } from '../reason/watch/detectors.ts';
import { incidents } from '../reason/watch/incidents.ts';
import { bytesOf, settingsOf, type WatchConfig } from './watch-config.ts';
import { type WatchParts, watchLoop } from './watch-loop.ts';
import { watchMind } from './watch-mind.ts';
import { type Outlets, openOutlets } from './watch-outlets.ts';

export interface WatchQuestion {
  readonly journal: boolean;
  /** Paths, as they are named. */
  readonly files: readonly string[];
  readonly config: WatchConfig;
  /** Where events are kept; undefined: nowhere, which only a watch that ends can do. */
  readonly store: string | undefined;
  /** A folder for what is on its way to elsewhere. */
  readonly folder: string;
  /** Reads what is there by the time of the events, and tells nobody else. */
  readonly once: boolean;
  readonly from: 'start' | 'end';
  readonly zone: Zone;
}

/** What is shown to who watches. */
export type WatchScreen = Pick<WatchParts, 'onBatch' | 'onSignals' | 'onChange' | 'onMinute' | 'onNote'>;

/** What there is to follow on this host when nothing is named. */
export function usualSources(exists: (file: string) => boolean = existsSync): Pick<WatchQuestion, 'journal' | 'files'> {
  const bans = ['/var/log/fail2ban.log'].filter(exists);
  if (exists('/run/systemd/journal')) return { journal: true, files: bans };
  const files = ['/var/log/auth.log', '/var/log/secure', '/var/log/messages'].filter(exists).slice(0, 1);
  return { journal: false, files: [...files, ...bans] };
}

/**
 * Watches until the signal, or with `once` to the end of what is there. Returns the incidents that are open then.
 * @throws LookError when a source cannot be read or the store cannot be written; UsageError for what the configuration asks for.
 */
export async function watch(
  question: WatchQuestion,
  screen: WatchScreen,
  signal: AbortSignal,
): Promise<readonly Incident[]> {
  const { config, once, folder } = question;
  const store = question.store === undefined ? passingStore() : await openStore(question.store);
  let outlets: Outlets | undefined;
  try {
    const followers = await openFollowers(question, store, screen.onNote);
    const keep = { ms: config.keep.days * 86_400_000, maxBytes: bytesOf(config.keep.size) };
    const shared = attempts();
    const all = detectors(shared, settingsOf(config));
    const mind = watchMind(all, incidents(shared));
    if (!once) {
      outlets = await openOutlets({
        config,
        folder,
        store,
        maxBytes: keep.maxBytes,
        host: hostname(),
        detectors: all.map(({ name }) => name),
        bootedAt: Date.now() - uptime() * 1000,
        sources: () =>
          followers.map(({ source, trouble }) => ({
            source,
            ...(trouble === undefined ? {} : { unreadable: trouble }),
          })),
        onNote: screen.onNote,
      });
      outlets.ready();
    }
    await watchLoop(
      {
        ...screen,
        followers,
        store,
        mind,
        sinks: outlets?.sinks ?? [],
        once,
        keep,
        now: Date.now,
        onMinute: (minute) => {
          outlets?.minute();
          screen.onMinute?.(minute);
        },
      },
      signal,
    );
    return mind.open();
  } finally {
    await outlets?.close();
    await store.close();
  }
}

async function openFollowers(
  { journal, files, once, from, zone }: WatchQuestion,
  store: EventStore,
  onNote: (note: string) => void,
): Promise<readonly Follower[]> {
  const places = new Map((await store.places()).map((place) => [place.source, place]));
  const host = hostname();
  const options = (source: string): FollowOptions => ({
    host,
    place: places.get(source),
    from,
    once,
    now: Date.now,
    onNote,
  });
  const names = [...new Set(files.map((file) => path.resolve(file)))];
  return [
    ...names.map((file) => fileFollower(file, zone, options(file))),
    ...(journal ? [journalFollower(options(JOURNAL))] : []),
  ];
}

/** Whether what is open is worth a look: exit status 1. */
export const urgent = (open: readonly Incident[]): boolean => open.some(({ urgency }) => urgency !== 'note');
