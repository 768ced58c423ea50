import type { Report } from '../src/model/report.ts';
import { type Answer, ask, firstCause } from './ask.ts';
import { type CaseLogin, type LabCase, MODES } from './case.ts';
import { type Ran, sleep } from './command.ts';
import { fixOf, followFix } from './fix.ts';
import type { Healthy } from './healthy.ts';
import type { Lab } from './host.ts';
import { judge, judgeHealthy } from './judge.ts';

/** What became of a case on one host. */
export interface Outcome {
  readonly problems: readonly string[];
  /** First cause seen, per mode that was asked. */
  readonly seen: Readonly<Record<string, string>>;
  readonly closed?: string;
  /** A fix was made, and taken back; when there are no problems, a login proved it in between. */
  readonly fixed?: true;
}

/**
 * Breaks the host, proves with the real ssh that it is broken, asks sshwhy, has it fix that, logs in, has it undo that.
 * `told`: nothing is fixed.
 */
export async function tryCase(lab: Lab, test: LabCase, capture?: string, told = false): Promise<Outcome> {
  const login = test.ssh ?? {};
  const healthy = await lab.client.ssh();
  if (healthy.code !== 0) return failed('healthy login', healthy);
  for (const [machine, script] of [
    [lab.host, test.breakServer],
    [lab.router, test.breakRouter],
    [lab.bastion, test.breakBastion],
    [lab.client, test.breakClient],
  ] as const) {
    if (script === undefined) continue;
    if (!machine) return { problems: ['breakRouter needs topology: router, breakBastion topology: bastion'], seen: {} };
    const ran = await machine.run(`set -e\n${script}`, { timeoutMs: 30_000 });
    if (ran.code !== 0) return failed('break script', ran);
  }
  const broken = await realLogin(lab, test);
  if ((broken.code === 0) !== (test.loginWorks === true) || !test.fails.test(broken.stderr + broken.stdout)) {
    return failed(`real ssh does not ${test.loginWorks ? 'work' : 'fail'} with ${test.fails}`, broken);
  }
  const asked = MODES.filter((mode) => test[mode]);
  const problems = asked.length < MODES.length && !test.unasked ? ['`unasked` must say why a mode is absent'] : [];
  const answers: Answer[] = [];
  for (const mode of asked) {
    // The last one has seen the most.
    const answer = await ask(lab, mode, login, mode === asked.at(-1) ? capture : undefined);
    answers.push(answer);
    problems.push(...judge(test, test[mode] ?? {}, answer));
  }
  if (test.server && lab.suite === 'bookworm') problems.push(...(await overconfident(lab, login, answers)));
  const fixes = !told && test.afterFix !== 'none' && fixOf(test, answers) !== undefined;
  if (fixes) problems.push(...(await followFix(lab, test, answers, () => loginAfterReload(lab, test))));
  return { problems, ...overview(answers), ...(fixes && { fixed: true }) };
}

/** Somebody who is not root sees less, and must not be surer for it: what blocks for certain there, root has to have seen, too. */
async function overconfident(lab: Lab, login: CaseLogin, answers: readonly Answer[]): Promise<string[]> {
  const known = answers.find(({ mode }) => mode === 'server')?.report;
  const { report, problems } = await ask(lab, 'unprivileged', login);
  if (!known || !report) return problems.map((problem) => `unprivileged: ${problem}`);
  return report.causes
    .filter(
      ({ role, verdict, id }) =>
        role === 'blocking' && verdict === 'confirmed' && !known.causes.some((one) => one.id === id),
    )
    .map(({ id, text }) => `unprivileged: ${id} is confirmed, of which root sees nothing: ${text}`);
}

/** Asks about a login that works, in every mode; whatever blocks or degrades is a false alarm. */
export async function tryHealthy(lab: Lab, variant: Healthy, capture?: string): Promise<Outcome> {
  for (const [machine, script] of [
    [lab.host, variant.setupServer],
    [lab.client, variant.setupClient],
  ] as const) {
    const ran = script === undefined ? undefined : await machine.run(`set -e\n${script}`, { timeoutMs: 30_000 });
    if (ran && ran.code !== 0) return failed('setup script', ran);
  }
  const login = await realLogin(lab, variant);
  if (login.code !== 0) return failed('healthy login', login);
  const answers: Answer[] = [];
  for (const mode of [...MODES, 'unprivileged'] as const) {
    answers.push(await ask(lab, mode, variant.ssh ?? {}, mode === 'joined' ? capture : undefined));
  }
  return { problems: answers.flatMap(judgeHealthy), ...overview(answers) };
}

// `systemctl reload ssh` returns before sshd listens again: it replaces itself on SIGHUP (sshd.c, sighup_restart).
async function loginAfterReload(lab: Lab, test: LabCase): Promise<Ran> {
  for (let tries = 0; ; tries++) {
    const login = await realLogin(lab, test);
    if (login.code === 0 || tries === 8 || !/Connection refused/.test(login.stderr)) return login;
    await sleep(150);
  }
}

function realLogin(lab: Lab, { ssh = {} }: Pick<LabCase, 'ssh'>): Promise<Ran> {
  const { user = 'alice', host = 'web1', port, args = [], password } = ssh;
  return lab.client.ssh({
    to: `${user}@${host}`,
    args: [...args, ...(port ? ['-p', String(port)] : [])],
    timeoutMs: 40_000,
    ...(password !== undefined && { password }),
  });
}

function failed(what: string, ran: Ran): Outcome {
  const said = `${ran.stdout}\n${ran.stderr}`.trim().slice(-1500);
  return { problems: [`${what}: exit ${ran.code}${ran.timedOut ? ', timed out' : ''}\n${said}`], seen: {} };
}

function overview(answers: readonly Answer[]): Pick<Outcome, 'seen' | 'closed'> {
  const first = ({ report }: Answer) => (report ? (firstCause(report)?.id ?? 'none') : 'no report');
  const seen = Object.fromEntries(answers.map((answer) => [answer.mode, first(answer)]));
  const closedIn = (report?: Report) => report?.gates.find((gate) => gate.outcome === 'closed')?.gate;
  const closed = answers.map(({ report }) => closedIn(report)).findLast((gate) => gate !== undefined);
  return { seen, ...(closed && { closed }) };
}
