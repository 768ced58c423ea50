import { EventEmitter } from 'node:events';
import type { Diagnosis } from '../../app/diagnose.ts';
import { isFix } from '../../app/fix-plan.ts';
import { LookError, UsageError } from '../../model/errors.ts';
import { stackText, visible } from '../../report/escape.ts';
import { htmlFragment } from '../../report/html/page.ts';
import { headline } from '../../report/words.ts';
import type { Job, JobStep, JobSummary } from '../api.ts';
import type { Prepared } from './looks.ts';
import { secret } from './security/sessions.ts';

/** Something that runs, or ran; it belongs to one session. */
export interface Running {
  readonly id: string;
  readonly session: string;
  readonly kind: JobSummary['kind'];
  readonly title: string;
  readonly startedAt: number;
  /** Undefined: a bundle, which leads to no machine. */
  readonly prepared?: Prepared;
  readonly steps: JobStep[];
  /** Emits `change`. */
  readonly changed: EventEmitter;
  readonly abort: AbortController;
  state: JobSummary['state'];
  diagnosis?: Diagnosis;
  /** Of a fix: how it ended. */
  outcome?: string;
  why?: string;
}

/** What runs reports its steps, and comes to a diagnosis. */
export type Work = (o: {
  readonly signal: AbortSignal;
  step(text: string): void;
}) => Promise<{ readonly diagnosis: Diagnosis; readonly outcome?: string; readonly why?: string }>;

export interface Jobs {
  /** Undefined: too many run already. */
  start(
    about: Pick<Running, 'session' | 'kind' | 'title'> & Partial<Pick<Running, 'prepared'>>,
    work: Work,
  ): Running | undefined;
  of(session: string): readonly Running[];
  get(session: string, id: string): Running | undefined;
}

/** More at once would be one too many for this machine, or for what it looks at. */
const AT_ONCE = 2;
const KEPT = 40;
const STEPS = 500;

/** What is asked of machines, in memory, at most `AT_ONCE` at a time. `signal`: the server ends. */
export function jobs(o: { readonly now: () => number; readonly signal: AbortSignal }): Jobs {
  const all = new Map<string, Running>();
  o.signal.addEventListener('abort', () => {
    for (const one of all.values()) one.abort.abort(o.signal.reason);
  });
  const forget = (): void => {
    for (const [id, one] of all) {
      if (all.size <= KEPT) return;
      if (one.state !== 'running') all.delete(id);
    }
  };
  return {
    start: (about, work) => {
      if ([...all.values()].filter(({ state }) => state === 'running').length >= AT_ONCE) return undefined;
      const changed = new EventEmitter().setMaxListeners(0);
      const job: Running = {
        ...about,
        ...{ id: secret(), startedAt: o.now(), steps: [], changed, abort: new AbortController(), state: 'running' },
      };
      all.set(job.id, job);
      forget();
      const step = (text: string): void => {
        if (job.steps.length >= STEPS) return;
        job.steps.push({ at: Math.max(0, o.now() - job.startedAt), text: visible(text) });
        changed.emit('change');
      };
      const end = (state: Running['state']): void => {
        job.state = state;
        changed.emit('change');
      };
      work({ signal: job.abort.signal, step }).then(
        (made) => {
          Object.assign(job, made);
          end(job.abort.signal.aborted ? 'cancelled' : 'done');
        },
        (error: Error) => {
          if (job.abort.signal.aborted) return end('cancelled');
          const expected = error instanceof LookError || error instanceof UsageError;
          if (!expected) process.stderr.write(`sshwhy serve: ${stackText(error)}\n`);
          job.why = expected
            ? error.message
            : 'this is a bug in sshwhy; what happened is on the terminal of sshwhy serve';
          end('failed');
        },
      );
      return job;
    },
    of: (session) => [...all.values()].filter((one) => one.session === session).toReversed(),
    get: (session, id) => {
      const found = all.get(id);
      return found?.session === session ? found : undefined;
    },
  };
}

export function summaryOf({ id, kind, title, startedAt, state, diagnosis, outcome }: Running): JobSummary {
  const said = outcome ?? (diagnosis && state === 'done' ? headline(diagnosis.report) : undefined);
  return {
    ...{ id, kind, title: visible(title), startedAt: new Date(startedAt).toISOString(), state },
    ...(said === undefined ? {} : { headline: visible(said) }),
  };
}

/** All that the page shows of it. Text is made visible here and escaped by the page; `html` is escaped already. */
export function jobOf(job: Running): Job {
  const { diagnosis, prepared } = job;
  const fixes = (prepared ? (diagnosis?.findings ?? []) : []).filter(isFix);
  return {
    ...summaryOf(job),
    steps: job.steps,
    ...(prepared ? { command: visible(prepared.command) } : {}),
    ...(job.why === undefined ? {} : { why: visible(job.why) }),
    ...(diagnosis ? { html: htmlFragment(diagnosis.report) } : {}),
    fixes: fixes.map(({ id, text, fix }) => ({ cause: id, text: visible(text), where: fix.where })),
  };
}
