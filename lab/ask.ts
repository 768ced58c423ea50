import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Report, ReportedCause } from '../src/model/report.ts';
import type { CaseLogin, Mode } from './case.ts';
import { RUN_DIR } from './cleanup.ts';
import { run } from './command.ts';
import type { Lab } from './host.ts';

/** `unprivileged`: on the server, as a user who is not root and sees less. */
export type AskedMode = Mode | 'unprivileged';

/** What sshwhy answered in one mode. */
export interface Answer {
  readonly mode: AskedMode;
  readonly exit: number | null;
  readonly report?: Report;
  /** Why there is no report, or why it is not a valid one. */
  readonly problems: readonly string[];
  readonly ms: number;
}

const ROOT = join(import.meta.dirname, '..');
const TIMEOUT_MS = 45_000;

/** The program under test; `SSHWHY_BIN` (words, split at spaces) stands in for it. */
export const SSHWHY = process.env['SSHWHY_BIN']?.split(' ') ?? [process.execPath, join(ROOT, 'dist/sshwhy.js')];

let validator: ((data: unknown) => string[]) | undefined;

function schemaProblems(data: unknown): string[] {
  validator ??= (() => {
    const ajv = new Ajv2020({ allErrors: true, validateFormats: false });
    const validate = ajv.compile(JSON.parse(readFileSync(join(ROOT, 'schema/report.schema.json'), 'utf8')));
    return (value: unknown) =>
      validate(value) ? [] : (validate.errors ?? []).map((e) => `schema: ${e.instancePath} ${e.message ?? ''}`);
  })();
  return validator(data).slice(0, 5);
}

/** The command line of a mode, for a login in a lab. */
export async function question(lab: Lab, mode: AskedMode, login: CaseLogin): Promise<string[]> {
  const { user = 'alice', host = 'web1', port, args = [], told = [], vantages = [] } = login;
  const { from = lab.env['CLIENT'] ?? '' } = login;
  const door = `exec:nsenter -t ${lab.host.pid} -a`;
  if (mode === 'server' || mode === 'unprivileged') {
    const key = await keyOf(lab, login);
    const about = ['--user', user, '--from', from, ...(key ? ['--key', key] : []), '--port', String(port ?? 22)];
    const as = mode === 'server' ? '' : ' setpriv --reuid=1000 --regid=1000 --clear-groups';
    return [...SSHWHY, 'server', '--on', `${door}${as}`, ...about, ...told, '--json'];
  }
  const elsewhere = vantages.flatMap((name) => [
    '--vantage',
    `exec:nsenter -t ${lab[name]?.pid} ${name === 'router' || name === 'client' ? '-m -n' : '-a'}`,
  ]);
  const there = [...elsewhere, ...args, ...(port ? ['-p', String(port)] : [])];
  return [...SSHWHY, `${user}@${host}`, ...there, ...told, '--json', ...(mode === 'joined' ? ['--on', door] : [])];
}

async function keyOf(lab: Lab, { key, password }: CaseLogin): Promise<string | undefined> {
  if (key === null || (key === undefined && password !== undefined)) return undefined;
  if (key === undefined) return lab.publicKeyFile;
  const text = await lab.client.run(['cat', '--', key]);
  const copy = join(RUN_DIR, lab.name, 'asked.pub');
  writeFileSync(copy, text.stdout);
  // The certificate beside it goes with it.
  const beside = await lab.client.run(['cat', '--', key.replace(/\.pub$/, '-cert.pub')]);
  const besideCopy = copy.replace(/\.pub$/, '-cert.pub');
  if (beside.code === 0 && !key.endsWith('-cert.pub')) writeFileSync(besideCopy, beside.stdout);
  else rmSync(besideCopy, { force: true });
  return copy;
}

/** Asks sshwhy and checks the form of its answer; `save`: file for the Bundle. Never throws for what sshwhy does. */
export async function ask(lab: Lab, mode: AskedMode, login: CaseLogin, save?: string): Promise<Answer> {
  const argv = [...(await question(lab, mode, login)), ...(save === undefined ? [] : ['--save', save])];
  const options = { timeoutMs: TIMEOUT_MS, env: { NO_COLOR: '1' } };
  const ran =
    mode === 'server' || mode === 'unprivileged' ? await run(argv, options) : await lab.client.run(argv, options);
  const answer = { mode, exit: ran.code, ms: ran.ms };
  const said = ran.stderr.trim().slice(-600);
  if (ran.timedOut) return { ...answer, problems: [`no answer within ${TIMEOUT_MS} ms: ${said}`] };
  let data: unknown;
  try {
    data = JSON.parse(ran.stdout);
  } catch {
    return { ...answer, problems: [`no JSON report, exit ${ran.code}: ${said || ran.stdout.slice(0, 300)}`] };
  }
  const problems = schemaProblems(data);
  // What does not fit the schema must not be read as if it did.
  return problems.length > 0 ? { ...answer, problems } : { ...answer, report: data as Report, problems: [] };
}

/** The cause that a user reads first: what blocks, else what degrades, else what will bite later. */
export function firstCause(report: Report): ReportedCause | undefined {
  for (const role of ['blocking', 'degrading', 'latent'] as const) {
    const found = report.causes.find((cause) => cause.role === role);
    if (found) return found;
  }
  return undefined;
}
