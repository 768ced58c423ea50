import { useEffect, useRef, useState } from 'preact/hooks';
import type { Job } from '../../api.ts';
import { ask, post } from '../api.ts';
import { Fixes } from './fixes.tsx';
import { useJob } from './follow.ts';
import { Problem } from './load.tsx';
import { Trusted } from './trusted.tsx';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** A look: its steps while it runs, then its answer. Escape cancels it. */
export function JobView(o: { readonly id: string }) {
  const followed = useJob(o.id);
  const heading = useRef<HTMLHeadingElement>(null);
  const job = followed.state === 'there' ? followed.job : undefined;
  const state = job?.state;
  const before = useRef(state);
  useEffect(() => {
    // Who waited for it is taken to the answer; who opens an old one stays where they are.
    if (before.current === 'running' && state !== 'running') heading.current?.focus();
    before.current = state;
  }, [state]);
  useEffect(() => {
    if (state !== 'running') return;
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') cancel(o.id);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [state, o.id]);
  if (followed.state === 'failed')
    return (
      <>
        <h1>That look is not here</h1>
        <Problem says={followed.why} />
      </>
    );
  if (!job) return <h1>Loading …</h1>;
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {title(job)}
      </h1>
      {job.command && (
        <p class="soft">
          On the terminal: <code>{job.command}</code>
        </p>
      )}
      {job.state === 'running' && <Progress job={job} />}
      {job.why !== undefined && <Problem says={job.why} />}
      {job.state === 'cancelled' && <p>It was cancelled. What had been started was ended.</p>}
      {job.html !== undefined && (
        <>
          <Downloads job={job} />
          <Trusted html={job.html} />
          {job.kind !== 'fix' && job.fixes.length > 0 && <Fixes job={job} />}
        </>
      )}
      {job.state !== 'running' && job.steps.length > 0 && (
        <details>
          <summary>How it went: {job.steps.length} steps</summary>
          <Steps job={job} />
        </details>
      )}
    </>
  );
}

function title({ state, title: about, headline }: Job): string {
  if (state === 'running') return `Looking: ${about}`;
  if (state === 'cancelled') return `Cancelled: ${about}`;
  return headline ?? (state === 'failed' ? `Could not look: ${about}` : about);
}

const cancel = (id: string): void => void post(`/api/jobs/${id}/cancel`, {}).catch(() => undefined);

function Progress(o: { readonly job: Job }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 250);
    return () => clearInterval(timer);
  }, []);
  const taken = Math.max(0, Date.now() - Date.parse(o.job.startedAt));
  return (
    <>
      <div role="log" aria-label="Progress" aria-live="polite">
        <Steps job={o.job} />
      </div>
      <p>
        <span class="soft">{seconds(taken)} </span>
        <button type="button" onClick={() => cancel(o.job.id)}>
          Cancel <kbd>Esc</kbd>
        </button>
      </p>
    </>
  );
}

function Steps(o: { readonly job: Job }) {
  return (
    <ol class="steps">
      {o.job.steps.map(({ at, text }) => (
        <li key={`${at} ${text}`}>
          <span class="soft">{seconds(at)}</span> {text}
        </li>
      ))}
    </ol>
  );
}

function Downloads(o: { readonly job: Job }) {
  const save = async (format: 'html' | 'json'): Promise<void> => {
    const response = await ask(`/api/jobs/${o.job.id}/report.${format}`);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await response.blob());
    link.download = `sshwhy-${o.job.startedAt.slice(0, 16).replace(/\D/g, '')}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <p class="buttons">
      <button type="button" onClick={() => void save('html')}>
        Save as a page
      </button>
      <button type="button" onClick={() => void save('json')}>
        Save as JSON
      </button>
    </p>
  );
}
