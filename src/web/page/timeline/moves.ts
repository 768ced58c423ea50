import type { Range } from './chart.tsx';

const SHORTEST = 10_000;

/** Where a key or a button leads from a range within `whole`; undefined: the key means nothing here. */
export function moved(range: Range, whole: Range, key: string): Range | 'all' | undefined {
  const length = range.until - range.since;
  const zoom = (factor: number): Range => {
    const size = Math.max(SHORTEST, length * factor);
    const middle = (range.since + range.until) / 2;
    return within({ since: middle - size / 2, until: middle + size / 2 }, whole);
  };
  const pan = (share: number): Range =>
    within({ since: range.since + length * share, until: range.until + length * share }, whole);
  switch (key) {
    case '+':
    case '=':
      return zoom(0.5);
    case '-':
    case '_':
      return length * 2 >= whole.until - whole.since ? 'all' : zoom(2);
    case 'ArrowLeft':
      return pan(-0.25);
    case 'ArrowRight':
      return pan(0.25);
    case 'PageUp':
      return pan(-1);
    case 'PageDown':
      return pan(1);
    case 'Home':
      return within({ since: whole.since, until: whole.since + length }, whole);
    case 'End':
      return within({ since: whole.until - length, until: whole.until }, whole);
    case '0':
      return 'all';
    default:
      return undefined;
  }
}

/** Moved, and only then cut, so that it keeps its length at the edges. */
function within({ since, until }: Range, whole: Range): Range {
  const by = since < whole.since ? whole.since - since : until > whole.until ? whole.until - until : 0;
  return {
    since: Math.round(Math.max(whole.since, since + by)),
    until: Math.round(Math.min(Math.max(whole.until, whole.since + SHORTEST), until + by)),
  };
}
