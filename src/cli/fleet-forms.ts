import type { Command } from 'commander';
import type { FleetHost, FleetSummary } from '../model/fleet.ts';
import type { FormatFlags } from './formats.ts';
import { CHECK_HELP } from './options.ts';

/** How a run over many hosts answers monitoring and pipelines. */
export function withFormFlags(command: Command): Command {
  return command
    .option('--nagios', CHECK_HELP.nagios)
    .option('--prometheus <file>', CHECK_HELP.prometheus)
    .option('--github', CHECK_HELP.github);
}

/** Whether every host has to be kept until the end. */
export const keepsAll = ({ prometheus }: FormatFlags): boolean => prometheus !== undefined;

/**
 * Writes and prints what these flags ask for, in place of `forPeople` where they say so; `undefined` when the answer is
 * still to be printed. True: the exit status is set too.
 */
export async function answerForms(
  flags: FormatFlags,
  hosts: readonly FleetHost[],
  summary: FleetSummary,
  forPeople: () => string,
): Promise<{ readonly printed: boolean; readonly status: boolean }> {
  const { prometheus, nagios, github } = flags;
  if (prometheus === undefined && !nagios && !github) return { printed: false, status: false };
  const automation = await import('./automation.ts');
  if (prometheus !== undefined) {
    const { fleetMetrics } = await import('../report/check/textfile.ts');
    automation.saveMetrics(prometheus, await fleetMetrics(hosts, summary));
  }
  if (nagios) automation.tellPlugin((await import('../report/check/plugin.ts')).fleetPlugin(summary));
  if (github) automation.tellJob(forPeople(), (await import('../report/check/github.ts')).fleetAnnotations(summary));
  return { printed: nagios === true || github === true || prometheus === '-', status: nagios === true };
}
