import type { Detector, Signal, WatchEvent } from '../../../model/watch.ts';
import { noSignals } from '../about.ts';
import type { Attempts } from '../attempts.ts';
import { bounded, flat } from '../bounded.ts';
import { kept } from '../evidence.ts';
import { refill, savedOf } from '../saved.ts';
import { type SavedSeasons, type Seasons, seasons } from '../seasons.ts';
import { limit } from '../thresholds.ts';
import { span } from '../words.ts';

interface Host {
  readonly seasons: Seasons;
  /** The last word of sshd, and when it was. */
  last: WatchEvent | undefined;
  at: number;
  /** Events that even the quietest such hours would have had since. */
  missed: number;
  told: boolean;
  /** Connections that the firewall let through since sshd's last word, from when, and how often sshd spoke after one. */
  passes: WatchEvent[];
  passed: number;
  paired: number;
}

type SavedHost = Omit<Host, 'seasons' | 'at'> & { readonly seasons: SavedSeasons; readonly at: number | null };

interface Saved {
  readonly usual?: number;
  readonly ticked: number | null;
  readonly read: { lines: number; unparsed: number; readonly since: number | null; told: boolean };
  /** As `savedOf` makes it. */
  readonly hosts: string;
}

/** JSON knows no NaN. */
const saneOf = (at: number): number | null => (Number.isNaN(at) ? null : at);

const NAME = 'blindness';
const SILENCE = limit('blind.silence');
const EXPECTED = limit('blind.expected');
const PAIRED = limit('blind.paired');
const UNWATCHED = limit('blind.unwatched');
const LINES = limit('blind.lines');
const RATIO = limit('blind.ratio');
const PASSES = limit('blind.passes');
const WINDOW = limit('blind.window');
const WEEKS = 5;
const HOUR = 3_600_000;
const HOSTS = 128;
/** How fast the usual share of lines that cannot be read follows what is seen, per window. */
const FOLLOW = 0.1;
/** Without anything learnt: more than half of a log that cannot be read is none that we know. */
const HALF = 0.5;

/**
 * We see nothing any more: sshd says nothing though at this hour it always did, the firewall lets connections through that sshd
 * says nothing of, or lines cannot be read that could be before. Only silence that is no chance counts; a host on which little
 * happens is never said to be silent.
 */
export function blindness(
  attempts: Attempts,
  settings: { readonly ports: readonly string[] } = { ports: ['22'] },
): Detector {
  let hosts = bounded<Host>(HOSTS, HOSTS);
  const fresh = (): Host => ({
    seasons: seasons(WEEKS),
    last: undefined,
    at: Number.NaN,
    missed: 0,
    told: false,
    passes: [],
    passed: 0,
    paired: 0,
  });
  let recent: { readonly name: string; readonly host: Host } | undefined;
  let ticked = Number.NaN;
  let read = { lines: 0, unparsed: 0, since: Number.NaN, told: false };
  let usual: number | undefined;

  /** Events mostly come from the host of the one before. */
  function hostOf(name: string): Host {
    if (recent === undefined || recent.name !== name) recent = { name: flat(name), host: hosts.touch(name, fresh) };
    return recent.host;
  }

  function heard(event: WatchEvent, now: number): void {
    const host = hostOf(event.host);
    host.seasons.add(now);
    // Copied only when it is needed: the last word is the one that silence follows.
    if (host.last === undefined || now - host.at > SILENCE / 15) host.last = kept(event);
    if (host.passed > 0) host.paired = Math.min(1000, host.paired + 1);
    host.at = now;
    host.missed = 0;
    host.told = false;
    host.passed = 0;
    host.passes = [];
  }

  function passed(event: WatchEvent): void {
    const host = hostOf(event.host);
    host.passed += 1;
    if (host.passes.length < 10) host.passes.push(kept(event));
  }

  function silence(name: string, host: Host, now: number, wroteElse: boolean): Signal | undefined {
    if (host.told || Number.isNaN(host.at) || now - host.at < SILENCE || host.missed < EXPECTED) return undefined;
    host.told = true;
    const stopped = host.last?.outcome === 'daemon' ? ', and its last word was that it stops or starts' : '';
    return {
      detector: NAME,
      at: now,
      urgency: 'page',
      about: { host: name },
      says: `sshd of ${name || 'this host'} has said nothing for ${span(now - host.at)}, and even in the quietest such time of the past days it said ${Math.round(host.missed)} things${stopped}. ${wroteElse ? 'Other lines still come.' : 'No lines come at all.'}`,
      measure: { seen: 0, expected: Math.round(host.missed), limit: EXPECTED, windowMs: now - host.at },
      evidence: host.last === undefined ? [] : [host.last],
    };
  }

  function mute(name: string, host: Host, now: number): Signal | undefined {
    const [first] = host.passes;
    if (host.told || first === undefined || host.paired < PAIRED || host.passed < PASSES || now - first.at < WINDOW)
      return undefined;
    host.told = true;
    return {
      detector: NAME,
      at: now,
      urgency: 'page',
      about: { host: name },
      says: `The firewall let ${host.passed} connections to sshd of ${name || 'this host'} through within ${span(now - first.at)}, and sshd says nothing of them, as it did before.`,
      measure: { seen: 0, expected: host.passed, limit: PASSES, windowMs: now - first.at },
      evidence: host.passes,
    };
  }

  function unreadable(now: number, lines: number, unparsed: number): Signal | undefined {
    if (Number.isNaN(read.since)) read.since = now;
    read.lines += lines;
    read.unparsed += unparsed;
    if (now - read.since < WINDOW || read.lines < LINES) return undefined;
    const ratio = read.unparsed / read.lines;
    const most = usual === undefined ? HALF : usual + RATIO;
    const measure = { seen: ratio, expected: usual ?? 0, limit: most, lines: read.lines, windowMs: now - read.since };
    Object.assign(read, { lines: 0, unparsed: 0, since: now });
    if (ratio <= most) {
      read.told = false;
      usual = usual === undefined ? ratio : usual + FOLLOW * (ratio - usual);
      return undefined;
    }
    if (read.told) return undefined;
    read.told = true;
    return {
      detector: NAME,
      at: now,
      urgency: 'page',
      about: {},
      says: `${Math.round(ratio * 100)} of 100 lines cannot be read any more (of ${measure.lines} in ${span(measure.windowMs)}); usual are ${Math.round(measure.expected * 100)}.`,
      measure,
      evidence: [],
    };
  }

  return {
    name: NAME,
    see(event) {
      attempts.of(event);
      const { type } = event;
      if (type.startsWith('sshd/') || type.startsWith('pam/') || type.startsWith('dropbear/'))
        heard(event, attempts.now());
      else if (type === 'kernel/ufw-allow' && event.port !== undefined && settings.ports.includes(event.port))
        passed(event);
      return noSignals;
    },
    tick(now, { lines, unparsed }) {
      attempts.tick(now);
      const time = attempts.now();
      const since = time - ticked;
      ticked = time;
      const watched = since > 0 && since <= UNWATCHED;
      const signals: Signal[] = [];
      for (const [name, host] of hosts.entries()) {
        host.seasons.roll(time);
        // Of a time in which nobody looked, nothing can be missed.
        if (watched) host.missed += ((host.seasons.usual()?.least ?? 0) * since) / HOUR;
        else if (!(since <= 0)) host.missed = 0;
        const found = silence(name, host, time, lines > 0) ?? mute(name, host, time);
        if (found !== undefined) signals.push(found);
      }
      const found = unreadable(time, lines, unparsed);
      if (found !== undefined) signals.push(found);
      return signals;
    },
    save: () =>
      JSON.stringify({
        usual,
        ticked: saneOf(ticked),
        read: { ...read, since: saneOf(read.since) },
        hosts: savedOf(hosts, (one) => ({ ...one, at: saneOf(one.at), seasons: one.seasons.save() })),
      }),
    load(saved) {
      const made = JSON.parse(saved) as Saved;
      usual = made.usual;
      ticked = made.ticked ?? Number.NaN;
      read = { ...made.read, since: made.read.since ?? Number.NaN };
      recent = undefined;
      hosts = bounded<Host>(HOSTS, HOSTS);
      refill(hosts, made.hosts, (one: SavedHost) => ({
        ...one,
        at: one.at ?? Number.NaN,
        last: one.last,
        seasons: seasons(WEEKS, one.seasons),
      }));
    },
  };
}
