/** What a file of a rotated set is called: the log, and where it stands behind the current file. */
interface Rotated {
  readonly log: string;
  /** `auth.log.2.gz` is older than `auth.log.1`, and `auth.log-20261101` older than `auth.log-20261108`. Negative: older. */
  readonly place: number;
}

/** As logrotate(8) names them, with a number or with a date (`dateext`, with or without hours or seconds). */
function rotated(name: string): Rotated {
  const plain = name.replace(/\.(?:gz|zst|xz|bz2)$/, '');
  const [, log, number] = /^(.*)\.(\d{1,6})$/.exec(plain) ?? [];
  if (log !== undefined && number !== undefined) return { log, place: -Number(number) };
  const [, dated, date] = /^(.*)-(\d{8,14})$/.exec(plain) ?? [];
  // A date is far below zero, and the later the nearer.
  if (dated !== undefined && date !== undefined) return { log: dated, place: Number(date.padEnd(14, '0')) - 1e15 };
  return { log: plain, place: 0 };
}

/**
 * Sources from the oldest to the newest. Files of one rotated set by their names, because copying them changes their times;
 * sets and all others by when they were last written to.
 */
export function oldestFirst<Source extends { readonly name: string; readonly end: number }>(
  sources: readonly Source[],
): readonly Source[] {
  const sets = new Map<string, { source: Source; place: number }[]>();
  for (const source of sources) {
    const { log, place } = rotated(source.name);
    sets.set(log, [...(sets.get(log) ?? []), { source, place }]);
  }
  return [...sets.values()]
    .map((set) => set.sort((a, b) => a.place - b.place || a.source.end - b.source.end).map(({ source }) => source))
    .sort((a, b) => Math.max(...a.map(({ end }) => end)) - Math.max(...b.map(({ end }) => end)))
    .flat();
}
