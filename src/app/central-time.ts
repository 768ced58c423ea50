const MINUTE = 60_000;
/** After a longer silence only so many of its minutes are gone through. */
const MOST = 24 * 60;

export interface Minute {
  readonly minute: number;
  readonly read: { readonly lines: number; readonly unparsed: number };
}

/**
 * The time of the events of one part of the hosts: it goes on with the latest stamp, never back, and not beyond this machine's
 * clock by more than a minute, so that one host whose clock is wrong does not carry the others with it.
 */
export function partTime(clock: () => number = Date.now) {
  let now: number | undefined;
  let [lines, unparsed] = [0, 0];
  const moved = (to: number): readonly Minute[] => {
    const before = now ?? to;
    now = Math.max(before, to);
    const last = Math.floor(now / MINUTE);
    const minutes: Minute[] = [];
    for (let minute = Math.max(Math.floor(before / MINUTE) + 1, last - MOST + 1); minute <= last; minute++) {
      minutes.push({ minute: minute * MINUTE, read: { lines, unparsed } });
      [lines, unparsed] = [0, 0];
    }
    return minutes;
  };
  return {
    read(all: number, bad: number): void {
      lines += all;
      unparsed += bad;
    },
    /** The minutes that are over when an event with this stamp comes; what was read is told with the first of them. */
    event: (at: number): readonly Minute[] => moved(Math.min(at, clock() + MINUTE)),
    /** The minutes that are over though no event has come; none before the first event. */
    clock: (): readonly Minute[] => (now === undefined ? [] : moved(clock() - MINUTE)),
  };
}
