import { Command } from 'commander';
import { attemptOf } from '../app/attempt.ts';
import { lookFromBothSides } from '../app/client.ts';
import { type Diagnosis, diagnose } from '../app/diagnose.ts';
import { type Fixed, fixAll, type Made } from '../app/fix.ts';
import type { Planned } from '../app/fix-plan.ts';
import { collectServer } from '../app/server.ts';
import { causes } from '../causes/index.gen.ts';
import { commandsOf } from '../model/change.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import type { FixReport } from '../model/fix-report.ts';
import { shellQuote } from '../model/remedy.ts';
import { manage, remembered } from '../remedy/apply.ts';
import { isId } from '../remedy/id.ts';
import { consoleScript } from '../remedy/script.ts';
import { visible } from '../report/escape.ts';
import { outcomeText, planText } from '../report/fix.ts';
import { jsonText } from '../report/json-text.ts';
import { openTransport } from '../transport/open.ts';
import type { Transport } from '../transport/transport.ts';
import { progress, wantsColor } from './answer.ts';
import { ask } from './ask.ts';
import { duration } from './duration.ts';
import { offeredIn } from './offered.ts';
import { type SshFlags, sshArguments, withSshFlags } from './options.ts';
import { parseAccount, parseAddress, parseTarget } from './target.ts';

interface FixFlags extends SshFlags {
  readonly on?: string;
  readonly user?: string;
  readonly from?: string;
  readonly key?: string;
  readonly only?: string;
  readonly dryRun?: boolean;
  readonly printScript?: boolean;
  readonly yes?: boolean;
  readonly confirmWithin: number;
  readonly confirm?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

/** `sshwhy fix`: what keeps the login out is changed, and changed back unless a fresh login works. */
export function fixCommand(signal: AbortSignal): Command {
  const command = new Command('fix')
    .description('fix what keeps a login out; whatever does not help is taken back, by the machine itself if need be')
    .argument('[[user@]host[:port]]', 'as you would give it to ssh; without it the server alone is looked at')
    .option('--on <transport>', 'the door into the server (default without a host: local)')
    .option('--from <address>', 'the address that the server sees', parseAddress)
    .option('--user <name>', 'without a host: the account that wants to log in', parseAccount)
    .option('--key <file.pub>', 'without a host: the public key that it offers')
    .option('--only <cause>', 'fix this cause alone, even when it is only possible or closes nothing yet', parseCause)
    .option('--dry-run', 'print the plan and what it would change in each file, and change nothing')
    .option('--print-script', 'print one sh script that does all of it, for a console, and change nothing')
    .option('--yes', 'do not ask before each change')
    .option(
      '--confirm-within <time>',
      'how long the machine waits before it takes a fix back',
      duration('5s', '60m'),
      60,
    )
    .option('--confirm <id>', 'say that the login works, for a fix that waits on the server')
    .option('--timeout <seconds>', 'how long to look from here at most', Number, 20)
    .option('--json', 'print what was done as JSON (schema/fix.schema.json)');
  return withSshFlags(command).action(async (input: string | undefined, flags: FixFlags) => {
    if (flags.confirm !== undefined) return confirmed(flags, flags.confirm, signal);
    const bar = progress(flags.json === true);
    const here = openTransport('local');
    const door = flags.on === undefined ? undefined : openTransport(flags.on);
    const server = door ?? (input === undefined ? here : undefined);
    const look =
      input === undefined
        ? lookerOnServer(server ?? here, flags, signal)
        : lookerFromHere(input, door, flags, signal, bar.step);
    const color = wantsColor(process.stdout, process.env);
    let planned: FixReport['plan'];
    const agree = async (plan: Planned, diff: readonly string[]): Promise<boolean> => {
      bar.done();
      const { summary, where, risk } = plan.fix;
      const shown = {
        cause: plan.cause,
        summary,
        where,
        commands: plan.fix.changes.flatMap(commandsOf),
        diff: [...diff],
      };
      if (flags.printScript) process.stdout.write(consoleScript(plan.script));
      else if (!flags.json) process.stdout.write(planText({ ...shown, text: plan.text, risk }, { color }));
      planned = shown;
      if (flags.dryRun || flags.printScript) return false;
      return flags.yes === true || ask('Make this change?', signal);
    };
    const { user, from } = flags;
    const fixed = await fixAll({
      look,
      doors: { client: here, ...(server ? { server } : {}) },
      within: flags.confirmWithin,
      signal,
      agree,
      proven: async (_, made) => input !== undefined || saidSo(server ?? here, made, flags, signal),
      step: bar.step,
      say: (text) => process.stderr.write(`sshwhy: ${visible(text)}\n`),
      ...(flags.only === undefined ? {} : { only: flags.only }),
      ...(user === undefined ? {} : { connection: { user, ...(from === undefined ? {} : { from }) } }),
    }).finally(bar.done);
    const onlyPlan = (flags.dryRun || flags.printScript) && fixed.outcome === 'declined';
    const told = reportOf(fixed, onlyPlan ? planned : undefined);
    if (flags.json) process.stdout.write(`${jsonText(told, 2)}\n`);
    else if (!flags.printScript || fixed.outcome !== 'declined') process.stdout.write(outcomeText(told, { color }));
    process.exitCode = exitOf(fixed);
  });
}

function exitOf({ outcome }: Fixed): number {
  if (outcome === 'fixed' || outcome === 'nothing') return EXIT.open;
  if (outcome === 'rolled-back' || outcome === 'damaged') return EXIT.rolledBack;
  return EXIT.closed;
}

function reportOf({ outcome, made, why, diagnosis }: Fixed, plan: FixReport['plan']): FixReport {
  return {
    schema: 1,
    outcome: plan ? 'planned' : outcome,
    ...(why === undefined || plan ? {} : { why }),
    made: made.map(({ id, cause, fix, applied }) => ({
      id,
      cause,
      where: fix.where,
      summary: fix.summary,
      commands: fix.changes.flatMap(commandsOf),
      ...(applied.guard === undefined ? {} : { guard: applied.guard }),
      effects: [...applied.effects],
      warnings: [...applied.warnings],
    })),
    ...(plan ? { plan } : {}),
    report: diagnosis.report,
  };
}

function lookerFromHere(
  input: string,
  door: Transport | undefined,
  flags: FixFlags,
  signal: AbortSignal,
  step: (text: string) => void,
): () => Promise<Diagnosis> {
  const target = parseTarget(input);
  return async () => {
    const startedAt = performance.now();
    const { bundle, attempt } = await lookFromBothSides(
      { argv: sshArguments(flags, target), host: target.host },
      {
        timeoutMs: flags.timeout * 1000,
        signal,
        step,
        ...(door ? { door } : {}),
        ...(flags.from === undefined ? {} : { from: flags.from }),
      },
    );
    return diagnose(input, bundle, attempt, performance.now() - startedAt);
  };
}

function lookerOnServer(door: Transport, flags: FixFlags, signal: AbortSignal): () => Promise<Diagnosis> {
  const { user, from, port, key } = flags;
  const offered = key === undefined ? {} : offeredIn(key);
  const question = {
    ...(user === undefined ? {} : { user }),
    ...(from === undefined ? {} : { from }),
    ...(port === undefined ? {} : { port }),
  };
  return async () => {
    const startedAt = performance.now();
    const bundle = await collectServer(door, question, { signal });
    const attempt = { ...attemptOf(bundle), ...question, ...offered };
    return diagnose(flags.on ?? 'local', bundle, attempt, performance.now() - startedAt);
  };
}

/** @throws UsageError unless it is the id of a cause. */
function parseCause(word: string): string {
  if (causes.some(({ id }) => id === word)) return word;
  throw new UsageError(`no cause "${word}": sshwhy explain lists them`);
}

const POLL_MS = 1000;
const GRACE_S = 10;

/** Without a client side the login is tried by a person: here, or by `--confirm` from wherever they are then. */
async function saidSo(door: Transport, made: readonly Made[], flags: FixFlags, signal: AbortSignal): Promise<boolean> {
  const last = made.at(-1);
  if (!last) return false;
  const where = flags.on === undefined ? '' : ` --on ${shellQuote(flags.on)}`;
  process.stderr.write(
    `Log in from elsewhere now. If that works, within ${flags.confirmWithin} s: sshwhy fix${where} --confirm ${last.id}\n`,
  );
  if (process.stdin.isTTY) return ask('Does the login work?', signal);
  // Its guard ends the wait; should somebody have ended the guard, so does the clock.
  const end = Date.now() + (flags.confirmWithin + GRACE_S) * 1000;
  while (Date.now() < end) {
    const now = (await remembered(door, signal)).find(({ id }) => id === last.id);
    if (now?.state !== 'armed') return now?.state === 'confirmed';
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}

async function confirmed(flags: FixFlags, id: string, signal: AbortSignal): Promise<void> {
  if (!isId(id)) throw new UsageError(`"${id}" is not the id of a fix: sshwhy undo lists them`);
  const door = openTransport(flags.on ?? 'local', sshArguments(flags));
  const said = await manage(door, { action: 'confirm', id, why: 'somebody said that the login works' }, signal);
  const state = said.at(-1)?.key ?? 'unknown';
  process.stdout.write(state === 'confirmed' ? `${id} stays.\n` : `${id} cannot be confirmed: it is ${state}.\n`);
  process.exitCode = state === 'confirmed' ? EXIT.open : EXIT.closed;
}
