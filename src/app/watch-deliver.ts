import type { Batch, Signal, Sink } from '../model/watch.ts';
import type { IncidentChange } from '../reason/watch/incidents.ts';
import { count as times } from '../reason/watch/words.ts';
import { pause } from './watch-wait.ts';

const SINK_MS = 30_000;
const AGAIN_MS = 1000;

/** Hands on to the sinks. One that fails or is slow is said once, and never stops the loop. */
export function deliverer(sinks: readonly Sink[], onNote: (note: string) => void) {
  const failed = new Map<string, number>();

  /** Returns whether it worked. */
  async function attempt(sink: Sink, call: () => Promise<void> | void, limited = true): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        if (limited) timer = setTimeout(() => reject(new Error(`no answer within ${SINK_MS / 1000} s`)), SINK_MS);
      });
      await Promise.race([call(), late]);
      const count = failed.get(sink.name);
      if (count !== undefined) onNote(`${sink.name}: works again; it failed ${times(count, 'time')}`);
      failed.delete(sink.name);
      return true;
    } catch (error) {
      const count = failed.get(sink.name) ?? 0;
      failed.set(sink.name, count + 1);
      const then = limited ? 'the watch goes on without it' : 'the watch waits for it';
      if (count === 0) onNote(`${sink.name}: ${(error as Error).message}; ${then}`);
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What a sink that keeps events could not take it is given again: the log waits meanwhile. */
  async function kept(sink: Sink, batch: Batch, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await attempt(sink, () => sink.put(batch), false))) await pause(AGAIN_MS, signal);
  }

  return {
    /** Returns whether all had it: not when it was broken off while one that keeps what it takes had no room. */
    batch: async (batch: Batch, signal: AbortSignal): Promise<boolean> => {
      const all = Promise.all(
        sinks.map((sink) => (sink.waits ? kept(sink, batch, signal) : attempt(sink, () => sink.put(batch)))),
      );
      const [settled, forget] = aborted(signal);
      return Promise.race([all.then(() => !signal.aborted), settled.then(() => false)]).finally(forget);
    },
    signals: (signals: readonly Signal[]) => {
      for (const sink of sinks) if (sink.signals) void attempt(sink, () => sink.signals?.(signals));
    },
    incident: async ({ incident, kind }: IncidentChange) => {
      await Promise.all(sinks.map((sink) => attempt(sink, () => sink.incident?.(incident, kind))));
    },
    close: async () => {
      for (const sink of sinks)
        if (failed.has(sink.name)) onNote(`${sink.name}: failed ${times(failed.get(sink.name) ?? 0, 'time')}`);
      failed.clear();
      await Promise.all(sinks.map((sink) => attempt(sink, () => sink.close())));
    },
  };
}

/** Resolves when the signal comes; the other part takes the listener away. */
function aborted(signal: AbortSignal): readonly [Promise<void>, () => void] {
  let listener: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => {
    listener = resolve;
    signal.addEventListener('abort', listener);
  });
  return [settled, () => signal.removeEventListener('abort', listener)];
}
