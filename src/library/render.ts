import { exitStatus } from '../app/diagnose.ts';
import { hardenStatus } from '../app/harden.ts';
import { WRITERS } from '../cli/writers.ts';
import { UsageError } from '../model/errors.ts';
import type { HardenReport as Judged } from '../model/harden-report.ts';
import type { Report as Made } from '../model/report.ts';
import { terminal } from '../report/terminal.ts';
import type { HardenReport, Report } from './types.gen.ts';

/** What a diagnosis can be written as. */
export type Format = 'terminal' | 'html' | 'markdown' | 'junit' | 'sarif' | 'nagios' | 'prometheus' | 'github';

/**
 * A diagnosis as the command writes it; whatever a server, log or file said is escaped for that format. Terminal: without
 * colours, 100 columns.
 * @throws UsageError for a format that there is not.
 */
export async function render(report: Report, format: Format): Promise<string> {
  const made = report as Made;
  if (format === 'terminal') return terminal(made, { color: false, width: 100, verbose: false });
  if (!Object.hasOwn(WRITERS, format))
    throw new UsageError(`format ${format}: use one of terminal, ${Object.keys(WRITERS).join(', ')}`);
  return WRITERS[format](made);
}

/** What the command's exit status would be: 0, 1 when something keeps the login out or fails at or above `failOn`, 3 when nothing could be read. */
export function status(report: Report | HardenReport): number {
  return 'gates' in report ? exitStatus(report as Made) : hardenStatus(report as Judged);
}
