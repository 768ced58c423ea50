/** What is to be called when a run is given up. A set, because a listener of an AbortSignal for each connection costs too much. */
export type Stops = Pick<Set<() => void>, 'add' | 'delete'>;

/** Calls what is in it when `signal` aborts; what is added later is called at once. */
export function stopsOf(signal: AbortSignal): Stops {
  const all = new Set<() => void>();
  signal.addEventListener(
    'abort',
    () => {
      for (const stop of all) stop();
    },
    { once: true },
  );
  return {
    add(stop) {
      all.add(stop);
      if (signal.aborted) queueMicrotask(stop);
      return all;
    },
    delete: (stop) => all.delete(stop),
  };
}
