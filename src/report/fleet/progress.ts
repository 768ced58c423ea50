/** How far it is, how fast, and how long it takes still: `1,234 of 5,000 hosts, 820/s, 5 s left, 12 closed`. */
export function progressLine(done: number, all: number, closed: number, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
  const left = rate > 0 && elapsedMs > 500 ? `, ${span((all - done) / rate)} left` : '';
  const n = (value: number): string => value.toLocaleString('en');
  return `${n(done)} of ${n(all)} hosts, ${n(Math.round(rate))}/s${left}${closed > 0 ? `, ${n(closed)} closed` : ''}`;
}

const span = (seconds: number): string =>
  seconds < 90
    ? `${Math.ceil(seconds)} s`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : `${(seconds / 3600).toFixed(1)} h`;
