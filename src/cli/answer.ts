import { exitStatus, report } from '../app/diagnose.ts';
import { writeBundle } from '../facts/bundle.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Report } from '../model/report.ts';
import { visible } from '../report/escape.ts';
import { terminal } from '../report/terminal.ts';
import { writeFormats } from './formats.ts';
import type { OutputFlags } from './options.ts';
import { save } from './save.ts';

/** Whether to colour, by https://no-color.org and FORCE_COLOR. */
export function wantsColor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

const json = (made: object): string => `${JSON.stringify(made, null, 2)}\n`;

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
  // Each is loaded only when it is asked for.
  const shown = await writeFormats(flags, {
    html: async () => (await import('../report/html/page.ts')).htmlPage(made),
    markdown: async () => (await import('../report/markdown.ts')).markdown(made),
    junit: async () => (await import('../report/junit.ts')).junit(made),
    sarif: async () => json((await import('../report/sarif.ts')).diagnosisSarif(made)),
  });
  process.stdout.write(flags.json ? json(made) : (shown ?? forPeople(made, flags)));
  process.exitCode = exitStatus(made);
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
