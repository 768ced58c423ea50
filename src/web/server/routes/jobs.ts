import { once } from 'node:events';
import { streamSSE } from 'hono/streaming';
import { htmlPage } from '../../../report/html/page.ts';
import type { FixPlan, Job, JobSummary } from '../../api.ts';
import type { Context, RouteGroup, Web } from '../context.ts';
import { fixWork, planOfFix } from '../fixes.ts';
import { causeForm, diagnoseForm, serverForm } from '../forms.ts';
import { jobOf, type Running, summaryOf } from '../jobs.ts';
import type { Prepared } from '../looks.ts';
import { bucket } from '../security/limit.ts';

/** Looks start programs and connections: a person does not need more. */
const STARTED = { burst: 12, perSecond: 1 / 5 };
const HEARTBEAT_MS = 15_000;
const BUSY = 'two looks are running already: wait for one of them, or cancel it';

/** Looks at machines that were asked for in this session: started, followed, cancelled. */
export const jobRoutes: RouteGroup = {
  at: '/api/jobs',
  add: (web, context) => {
    addStarts(web, context);
    addAnswers(web, context);
    addFixes(web, context);
  },
};

function addStarts(web: Web, { jobs, looks, now }: Context): void {
  const started = bucket(STARTED, now);
  for (const [kind, prepare] of [
    ['diagnose', (value: unknown): Prepared => looks.diagnose(diagnoseForm(value))],
    ['server', (value: unknown): Prepared => looks.server(serverForm(value))],
  ] as const)
    web.post(`/${kind}`, async (c) => {
      const prepared = prepare(await c.req.json().catch(() => undefined));
      const wait = started.take();
      if (wait > 0) return c.json({ error: `too many looks: wait ${wait} s` }, 429, { 'retry-after': String(wait) });
      const about = { session: c.get('session').id, kind, title: prepared.title, prepared };
      const job = jobs.start(about, async (o) => ({ diagnosis: await prepared.look(o) }));
      return job ? c.json(summaryOf(job) satisfies JobSummary, 202) : c.json({ error: BUSY }, 429);
    });
}

function addAnswers(web: Web, { jobs }: Context): void {
  web.get('/', (c) => c.json(jobs.of(c.get('session').id).map(summaryOf)));
  web.get('/:id', (c) => {
    const job = jobs.get(c.get('session').id, c.req.param('id'));
    return job ? c.json(jobOf(job) satisfies Job) : c.json({ error: 'this session knows no such look' }, 404);
  });
  web.post('/:id/cancel', (c) => {
    const job = jobs.get(c.get('session').id, c.req.param('id'));
    if (!job) return c.json({ error: 'this session knows no such look' }, 404);
    job.abort.abort(new Error('cancelled'));
    return c.json(summaryOf(job));
  });
  web.get('/:id/report.:format{html|json}', (c) => {
    const report = jobs.get(c.get('session').id, c.req.param('id'))?.diagnosis?.report;
    if (!report) return c.json({ error: 'there is no report' }, 404);
    if (c.req.param('format') === 'json') return c.json(report);
    // A download: the page around it has a policy of its own.
    return c.body(htmlPage(report), 200, {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="sshwhy.html"',
    });
  });
  web.get('/:id/events', (c) => {
    const job = jobs.get(c.get('session').id, c.req.param('id'));
    return job
      ? streamSSE(c, (stream) => follow(job, stream))
      : c.json({ error: 'this session knows no such look' }, 404);
  });
}

/** Steps that were and that come, until the look has ended or nobody listens any more. */
async function follow(job: Running, stream: Parameters<Parameters<typeof streamSSE>[1]>[0]): Promise<void> {
  let told = 0;
  const gone = new AbortController();
  stream.onAbort(() => gone.abort());
  while (!stream.aborted) {
    for (; told < job.steps.length; told++)
      await stream.writeSSE({ event: 'step', data: JSON.stringify(job.steps[told]) });
    if (job.state !== 'running') return stream.writeSSE({ event: 'end', data: JSON.stringify(summaryOf(job)) });
    const patience = AbortSignal.any([gone.signal, AbortSignal.timeout(HEARTBEAT_MS)]);
    const news = await once(job.changed, 'change', { signal: patience }).catch(() => undefined);
    if (!news && !stream.aborted) await stream.write(': still there\n\n');
  }
}

function addFixes(web: Web, { jobs, allowFix, signal }: Context): void {
  const found = (
    session: string,
    id: string,
  ): (Running & Required<Pick<Running, 'prepared' | 'diagnosis'>>) | undefined => {
    const job = jobs.get(session, id);
    return job?.prepared && job.diagnosis ? { ...job, prepared: job.prepared, diagnosis: job.diagnosis } : undefined;
  };
  web.post('/:id/plan', async (c) => {
    const job = found(c.get('session').id, c.req.param('id'));
    if (!job) return c.json({ error: 'there is nothing that could be fixed' }, 404);
    const { cause } = causeForm(await c.req.json().catch(() => undefined));
    const seal = allowFix && job.prepared.proves;
    const within = AbortSignal.any([signal, c.req.raw.signal]);
    return c.json((await planOfFix(job.prepared, job.diagnosis, cause, { signal: within, seal })) satisfies FixPlan);
  });
  web.post('/:id/fix', async (c) => {
    if (!allowFix) return c.json({ error: 'sshwhy serve was started without --allow-fix: it changes nothing' }, 403);
    const job = found(c.get('session').id, c.req.param('id'));
    if (!job) return c.json({ error: 'there is nothing that could be fixed' }, 404);
    if (!job.prepared.proves)
      return c.json({ error: 'without a login from here nothing would prove the fix: use the terminal' }, 403);
    const { cause, seal } = causeForm(await c.req.json().catch(() => undefined));
    if (seal === undefined) return c.json({ error: 'a plan has to be looked at first' }, 400);
    const about = {
      session: job.session,
      kind: 'fix' as const,
      title: `${job.title}: ${cause}`,
      prepared: job.prepared,
    };
    const fix = jobs.start(about, fixWork(job.prepared, cause, seal));
    return fix ? c.json(summaryOf(fix), 202) : c.json({ error: BUSY }, 429);
  });
}
