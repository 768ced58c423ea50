/** Waits until the time is over, the signal comes, or `early` is called, which is handed over at once. */
function rest(ms: number, signal: AbortSignal, hand?: (early: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    hand?.(done);
  });
}

/** Returns early when the signal comes. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await rest(ms, signal);
}

/** Waits until something calls, or for a while; then a moment longer, so that calls that come together count as one. */
export function waker(signal: AbortSignal) {
  let called = false;
  let wake: () => void = () => undefined;
  return {
    call: () => {
      called = true;
      wake();
    },
    async wait(ms: number, gather: number): Promise<void> {
      if (!called && !signal.aborted)
        await rest(ms, signal, (early) => {
          wake = early;
        });
      called = false;
      await pause(gather, signal);
    },
  };
}
