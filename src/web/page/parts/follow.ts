import { createParser } from 'eventsource-parser';
import { useEffect, useState } from 'preact/hooks';
import type { Job, JobStep } from '../../api.ts';
import { api, ask } from '../api.ts';

/**
 * Server-sent events of a look, read by fetch: EventSource cannot send the half of the session that is no cookie.
 * Returns when the server has ended the stream.
 */
async function listen(id: string, signal: AbortSignal, step: (made: JobStep) => void): Promise<void> {
  const { body } = await ask(`/api/jobs/${id}/events`, { signal });
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === 'step') step(JSON.parse(data) as JobStep);
    },
  });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const read = await reader?.read();
    if (!read || read.done) return;
    parser.feed(read.value);
  }
}

export type Followed =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'there'; readonly job: Job };

/** A look, kept up to date while it runs. */
export function useJob(id: string): Followed {
  const [followed, set] = useState<Followed>({ state: 'loading' });
  useEffect(() => {
    const gone = new AbortController();
    const follow = async (): Promise<void> => {
      const get = (): Promise<Job> => api<Job>(`/api/jobs/${id}`, { signal: gone.signal });
      let job = await get();
      set({ state: 'there', job });
      if (job.state !== 'running') return;
      let steps: readonly JobStep[] = [];
      await listen(id, gone.signal, (step) => {
        steps = [...steps, step];
        set({ state: 'there', job: { ...job, steps } });
      });
      job = await get();
      set({ state: 'there', job });
    };
    set({ state: 'loading' });
    follow().catch((error: Error) => gone.signal.aborted || set({ state: 'failed', why: error.message }));
    return () => gone.abort();
  }, [id]);
  return followed;
}
