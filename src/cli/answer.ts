import { exitStatus, report } from '../app/diagnose.ts';
import { writeBundle } from '../facts/bundle.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Report } from '../model/report.ts';
import { visible } from '../report/escape.ts';
import { terminal } from '../report/terminal.ts';
import { FORMATS, printed } from './formats.ts';
import { limitsOf } from './limits.ts';
import type { OutputFlags } from './options.ts';
import { save } from './save.ts';
import { json, WRITERS } from './writers.ts';

/** Whether to colour, by https://no-color.org and FORCE_COLOR. */
export function wantsColor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** Writes the files that were asked for, prints the report the way the user asked, and sets the exit status. */
export async function answer(
  input: string,
  bundle: Bundle,
  attempt: Attempt,
  startedAt: number,
  flags: OutputFlags,
): Promise<void> {
  if (flags.save !== undefined) save(flags.save, writeBundle(bundle));
  const made = report(input, bundle, attempt, performance.now() - startedAt);
  const [onScreen] = printed(flags);
  for (const format of FORMATS) {
    const file = flags[format];
    if (typeof file !== 'string' || file === '-') continue;
    const text = await WRITERS[format](made);
    if (format === 'prometheus') (await import('./automation.ts')).saveMetrics(file, text);
    else save(file, text);
  }
  if (onScreen === 'nagios') return tellPlugin(made, flags);
  if (onScreen === 'github')
    (await import('./automation.ts')).tellJob(forPeople(made, flags), await WRITERS.github(made));
  else
    process.stdout.write(
      onScreen === undefined
        ? forPeople(made, flags)
        : onScreen === 'json'
          ? json(made)
          : await WRITERS[onScreen](made),
    );
  process.exitCode = exitStatus(made);
}

async function tellPlugin(made: Report, { warning, critical }: OutputFlags): Promise<void> {
  const [{ diagnosisPlugin }, automation] = await Promise.all([
    import('../report/check/plugin.ts'),
    import('./automation.ts'),
  ]);
  automation.tellPlugin(diagnosisPlugin(made, limitsOf(warning, critical)));
}

function forPeople(made: Report, { verbose = false }: OutputFlags): string {
  return terminal(made, view(verbose));
}

/** How the answer looks on this screen: lines are readable up to some length, and not below another. */
export function view(verbose = false): { readonly color: boolean; readonly width: number; readonly verbose: boolean } {
  const width = Math.min(Math.max(process.stdout.columns ?? 100, 60), 120);
  return { color: wantsColor(process.stdout, process.env), width, verbose };
}

/** A line on standard error that is overwritten by the next; silent unless a person is watching. */
export function progress(quiet: boolean): { step(text: string | (() => string)): void; done(): void } {
  const on = !quiet && process.stderr.isTTY === true;
  return {
    step(text) {
      if (on) process.stderr.write(`\r\x1b[2K${visible(typeof text === 'string' ? text : text())} …`);
    },
    done: () => void (on && process.stderr.write('\r\x1b[2K')),
  };
}
