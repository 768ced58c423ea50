import type { TimelineAnswer, TimelineKind } from '../../api-see.ts';

/** Where in time the events of a list lie, so that any of a million can be asked for by its number. */
export interface Ordinals {
  readonly total: number;
  /** The beginning of the step that holds event `index`, and how many of that step lie before it. */
  place(index: number): { readonly since: number; readonly skip: number };
}

/** Of the events that are kept; numbers of what was pruned are left out. */
export function ordinals({ at, counts, span, kept, stepMs }: TimelineAnswer, kinds: readonly TimelineKind[]): Ordinals {
  const starts: number[] = [];
  const before: number[] = [];
  let total = 0;
  for (const [index, begin] of at.entries()) {
    const gone = span !== undefined && begin + stepMs <= span.first;
    const part = kept !== undefined && kept.since > begin && kept.since < begin + stepMs;
    let count = 0;
    if (part) for (const kind of kinds) count += kept.counts[kind];
    else if (!gone) for (const kind of kinds) count += counts[kind][index] ?? 0;
    if (count === 0) continue;
    starts.push(part ? kept.since : begin);
    before.push(total);
    total += count;
  }
  return {
    total,
    place: (index) => {
      let [low, high] = [0, before.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((before[middle] ?? 0) <= index) low = middle;
        else high = middle - 1;
      }
      return { since: starts[low] ?? 0, skip: index - (before[low] ?? 0) };
    },
  };
}
