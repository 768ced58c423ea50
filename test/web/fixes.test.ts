import { expect, it } from 'vitest';
import type { FixPlan, Job, JobSummary } from '../../src/web/api.ts';
import { type Tested, tested } from './web.ts';
import { CAUSE, wideModes } from './wide-modes.ts';

async function server(o: { readonly allowFix: boolean; readonly proves?: boolean }) {
  const { looks, ...machine } = wideModes(o.proves);
  const web = await tested({ looks, allowFix: o.allowFix });
  const id = await started(web, '/api/jobs/diagnose', { target: 'web1' });
  return { ...machine, web, id };
}

const posted = (value: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(value) });

/** The id of what was started, once it has ended. */
async function started(web: Tested, at: string, value: unknown): Promise<string> {
  const { id } = (await (await web.own(at, posted(value))).json()) as JobSummary;
  const events = await (await web.own(`/api/jobs/${id}/events`)).text();
  expect(events).toMatch(/event: end\n/);
  return id;
}

const planOf = async (web: Tested, id: string): Promise<FixPlan> =>
  (await (await web.own(`/api/jobs/${id}/plan`, posted({ cause: CAUSE }))).json()) as FixPlan;
const jobOf = async (web: Tested, id: string): Promise<Job> => (await (await web.own(`/api/jobs/${id}`)).json()) as Job;

it('shows the plan, the diff, and what makes it on the terminal, and changes nothing', async () => {
  const { web, asked, id } = await server({ allowFix: false });
  const plan = await planOf(web, id);
  expect(plan).toMatchObject({ cause: CAUSE, diff: ['-0777'], terminal: `sshwhy fix web1 --only ${CAUSE}` });
  expect(plan.seal).toBeUndefined();
  expect((await web.own(`/api/jobs/${id}/fix`, posted({ cause: CAUSE, seal: 'x' }))).status).toBe(403);
  expect(asked).toEqual(['dry']);
});

it('makes with --allow-fix what was shown, proven by a look, and confirms it', async () => {
  const { web, asked, id } = await server({ allowFix: true });
  const { seal } = await planOf(web, id);
  const fix = await started(web, `/api/jobs/${id}/fix`, { cause: CAUSE, seal });
  expect(await jobOf(web, fix)).toMatchObject({
    kind: 'fix',
    state: 'done',
    headline: expect.stringContaining('works now'),
  });
  expect(asked).toEqual(['dry', 'dry', 'apply', 'confirm']);
});

it('makes nothing that was not shown', async () => {
  const { web, asked, id, drift } = await server({ allowFix: true });
  const { seal } = await planOf(web, id);
  for (const [cause, other] of [
    [CAUSE, 'x'],
    [CAUSE, ''],
    ['host/disk-full', seal],
  ] as const)
    await started(web, `/api/jobs/${id}/fix`, { cause, seal: other });
  drift();
  const fix = await started(web, `/api/jobs/${id}/fix`, { cause: CAUSE, seal });
  expect((await jobOf(web, fix)).why).toContain('no longer what was shown');
  expect((await web.own(`/api/jobs/${id}/fix`, posted({ cause: CAUSE }))).status).toBe(400);
  expect(asked).not.toContain('apply');
});

it('makes nothing that no login from here would prove', async () => {
  const { web, asked, id } = await server({ allowFix: true, proves: false });
  const { seal } = await planOf(web, id);
  expect(seal).toBeUndefined();
  expect((await web.own(`/api/jobs/${id}/fix`, posted({ cause: CAUSE, seal: 'x' }))).status).toBe(403);
  expect(asked).toEqual(['dry']);
});

it('knows nothing of the looks of another session', async () => {
  const { web, id } = await server({ allowFix: true });
  const entered = await web.enter();
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { proof } = (await entered.json()) as { proof: string };
  const headers = { cookie, 'x-sshwhy-proof': proof };
  expect(await (await web.own('/api/jobs', { headers })).json()).toEqual([]);
  for (const at of ['', '/events', '/report.json', '/report.html'])
    expect((await web.own(`/api/jobs/${id}${at}`, { headers })).status).toBe(404);
  for (const at of ['/cancel', '/plan', '/fix'])
    expect((await web.own(`/api/jobs/${id}${at}`, { ...posted({ cause: CAUSE, seal: 'x' }), headers })).status).toBe(
      404,
    );
});
