import type { Section } from '../../model/bundle.ts';
import { gap } from './layout.ts';

/** A probe that breaks leaves a gap, not a failed diagnosis. Only an abort by the caller goes through. */
export function guarded(signal: AbortSignal | undefined, work: () => Promise<Section>): Promise<Section> {
  const section = work().catch((error: unknown) => {
    if (signal?.aborted) throw signal.reason;
    return gap('unsupported', error instanceof Error ? error.message : String(error));
  });
  // After an abort nobody waits for those that run beside.
  section.catch(() => {});
  return section;
}

/** Waits, but not beyond an abort. */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
