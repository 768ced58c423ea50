import { useState } from 'preact/hooks';
import type { FixPlan, Job, JobSummary } from '../../api.ts';
import { post } from '../api.ts';
import { go } from '../router.tsx';
import { Problem } from './load.tsx';

/** Causes that a machine can do something about, each with what it would change. */
export function Fixes(o: { readonly job: Job }) {
  return (
    <section aria-labelledby="fixes-title">
      <h2 id="fixes-title">What a fix would change</h2>
      <p class="soft">Looking at it changes nothing.</p>
      {o.job.fixes.map((fix) => (
        <Fix key={`${fix.cause} ${fix.text}`} job={o.job} {...fix} />
      ))}
    </section>
  );
}

type Plan =
  | { readonly state: 'none' | 'asked' }
  | { readonly state: 'there'; readonly plan: FixPlan }
  | { readonly state: 'not'; readonly why: string };

function Fix(o: { readonly job: Job; readonly cause: string; readonly text: string; readonly where: string }) {
  const [shown, set] = useState<Plan>({ state: 'none' });
  const look = (): void => {
    set({ state: 'asked' });
    post<FixPlan>(`/api/jobs/${o.job.id}/plan`, { cause: o.cause }).then(
      (plan) => set({ state: 'there', plan }),
      (error: Error) => set({ state: 'not', why: error.message }),
    );
  };
  return (
    <article>
      <h3>{o.text}</h3>
      <p class="soft">
        <code>{o.cause}</code>, on the {o.where}
      </p>
      {shown.state !== 'there' && (
        <p>
          <button type="button" onClick={look} disabled={shown.state === 'asked'}>
            Show plan and diff
          </button>
        </p>
      )}
      {shown.state === 'asked' && <p role="status">Looking at what it would change …</p>}
      {shown.state === 'not' && <Problem says={shown.why} />}
      {shown.state === 'there' && <Shown job={o.job} plan={shown.plan} />}
    </article>
  );
}

const RISK = {
  safe: '',
  interrupts: ' It interrupts the service for a moment.',
  'may-lock-out': ' It may lock somebody out.',
} as const;

function Shown(o: { readonly job: Job; readonly plan: FixPlan }) {
  const { summary, risk, diff, commands, terminal, seal, cause } = o.plan;
  const [why, say] = useState<string>();
  const [sure, be] = useState(false);
  const make = (): void => {
    post<JobSummary>(`/api/jobs/${o.job.id}/fix`, { cause, seal }).then(
      ({ id }) => go(`/diagnose/${id}`),
      (error: Error) => say(error.message),
    );
  };
  return (
    <div role="status">
      <p>
        {summary}.{RISK[risk]}
      </p>
      <p class="soft">As a person would type it:</p>
      <pre>
        <code>{commands.join('\n')}</code>
      </pre>
      {diff.length > 0 && (
        <>
          <p class="soft">What changes:</p>
          <pre class="diff">
            {diff.map((line, at) => (
              <code
                key={`${at} ${line}`}
                class={line.startsWith('+') ? 'plus' : line.startsWith('-') ? 'minus' : undefined}
              >
                {`${line}\n`}
              </code>
            ))}
          </pre>
        </>
      )}
      <p>It is made on the terminal; a guard there takes it back unless a fresh login works:</p>
      <pre>
        <code>{terminal}</code>
      </pre>
      {seal !== undefined && (
        <p class="buttons">
          <label>
            <input type="checkbox" checked={sure} onChange={(event) => be(event.currentTarget.checked)} /> I have read
            what changes
          </label>
          <button type="button" onClick={make} disabled={!sure}>
            Make this change now
          </button>
        </p>
      )}
      {why !== undefined && <Problem says={why} />}
    </div>
  );
}
