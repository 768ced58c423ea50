import { Command, Option } from 'commander';
import { collectServer } from '../app/server.ts';
import { writeBundle } from '../facts/bundle.ts';
import type { Bundle } from '../model/bundle.ts';
import { PROFILES, SEVERITIES, type Severity } from '../model/control.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import type { HardenReport } from '../model/harden-report.ts';
import type { Profile } from '../model/hardening.ts';
import { jsonText } from '../report/json-text.ts';
import { openTransport } from '../transport/open.ts';
import type { Transport } from '../transport/transport.ts';
import { progress, wantsColor } from './answer.ts';
import { duration } from './duration.ts';
import { CHECK_HELP, type SshFlags, sshArguments, withSshFlags } from './options.ts';
import { namedProfile, textOf } from './profile.ts';
import { save } from './save.ts';
import { saved } from './server.ts';
import { parseTarget } from './target.ts';

export interface HardenFlags extends SshFlags {
  readonly profile: string;
  readonly waive?: string;
  readonly failOn: Severity;
  readonly baseline?: string;
  readonly saveBaseline?: string;
  readonly on?: string;
  readonly bundle?: string;
  readonly save?: string;
  readonly dryRun?: boolean;
  readonly apply?: boolean;
  readonly yes?: boolean;
  readonly confirmWithin: number;
  readonly list?: boolean;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly markdown?: boolean;
  readonly nagios?: boolean;
  readonly prometheus?: string;
  readonly github?: boolean;
  readonly verbose?: boolean;
}

async function profileOf({ profile: name, waive }: HardenFlags): Promise<Profile> {
  const profile = await namedProfile(name);
  if (waive === undefined) return profile;
  const { readWaivers } = await import('../app/harden-profile.ts');
  return { ...profile, waivers: [...profile.waivers, ...readWaivers(waive, textOf('--waive', waive))] };
}

/** `sshwhy harden`: the posture of a server against a published baseline. */
export function hardenCommand(signal: AbortSignal): Command {
  const command = new Command('harden')
    .description('how this server, or another, stands against a published baseline, and what would satisfy it')
    .argument('[[user@]host[:port]]', 'the server, over ssh, as root or by way of --on; else this machine')
    .option(
      '--profile <name|file>',
      `${PROFILES.join(', ')}, or a file of your own (docs/guides/hardening.md)`,
      'sshwhy',
    )
    .option('--waive <file>', 'further exceptions, each with a reason and the day until which it counts')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 for findings of this severity or above')
        .choices(SEVERITIES.filter((one) => one !== 'info'))
        .default('medium'),
    )
    .option('--save-baseline <file>', 'keep the result, to compare later ones with')
    .option('--baseline <file>', 'also say what has changed since then, for better or worse')
    .option('--dry-run', 'print the changes that would satisfy the findings; nothing is changed')
    .option(
      '--apply',
      'make these changes, and take them back unless a new login by key works; needs a host to log in to',
    )
    .option('--yes', 'with --apply: do not ask before')
    .option(
      '--confirm-within <time>',
      'how long the server waits before it takes everything back',
      duration('5s', '60m'),
      60,
    )
    .option('--list', 'print the profiles and controls, and look at nothing')
    .option('--on <transport>', 'look through a door, as sshwhy server does')
    .option('--bundle <file>', 'judge a saved or pasted bundle instead (- for standard input)')
    .option('--json', 'print the report as JSON (schema/harden.schema.json)')
    .option('--sarif', 'print it as SARIF 2.1.0')
    .option('--markdown', 'print it as Markdown')
    .option('--nagios', CHECK_HELP.nagios)
    .option('--prometheus <file>', CHECK_HELP.prometheus)
    .option('--github', CHECK_HELP.github)
    .option('--verbose', 'also what passes, and all evidence')
    .option('--save <file>', 'also write everything that was looked at to a bundle');
  return withSshFlags(command).action(async (target: string | undefined, flags: HardenFlags) => {
    if (flags.list) {
      const { controlList } = await import('../report/harden/list.ts');
      process.stdout.write(controlList());
      return;
    }
    if (printedForms(flags).length > 1)
      throw new UsageError(`only one can be printed: ${printedForms(flags).join(', ')}`);
    const profile = await profileOf(flags);
    const { failing, harden, hardenStatus, planFor, readBaseline } = await import('../app/harden.ts');
    const { hardenText } = await import('../report/harden/terminal.ts');
    const baseline =
      flags.baseline === undefined ? undefined : readBaseline(flags.baseline, textOf('--baseline', flags.baseline));
    if (flags.apply && (target === undefined || flags.bundle !== undefined || flags.dryRun))
      throw new UsageError(
        '--apply proves itself by a login: sshwhy harden user@host --apply, without --bundle or --dry-run',
      );
    const question = {
      input: target ?? flags.on ?? flags.bundle ?? '',
      profile,
      failOn: flags.failOn,
      today: new Date().toISOString().slice(0, 10),
      plan: flags.dryRun === true || flags.apply === true,
      ...(baseline && { baseline }),
    };
    let bundle = await look(target, flags, signal);
    if (flags.save !== undefined) save(flags.save, writeBundle(bundle));
    let report = harden(bundle, question);
    if (flags.apply && target !== undefined) {
      const { applyOver } = await import('./harden-apply.ts');
      const { color, quiet } = {
        color: wantsColor(process.stdout, process.env),
        quiet: printedForms(flags).length > 0,
      };
      if (!quiet) process.stdout.write(hardenText(report, { color, verbose: false }));
      const applied = await applyOver(
        target,
        doorOf(target, flags),
        planFor(bundle, question),
        profile.name,
        flags,
        signal,
      );
      if (applied.outcome === 'applied') bundle = await look(target, flags, signal);
      const { plan: first } = report;
      report = { ...harden(bundle, { ...question, plan: false }), ...(first && { plan: first }), applied };
    }
    const { plan: _, drift: __, applied: ___, ...kept } = report;
    if (flags.saveBaseline !== undefined) save(flags.saveBaseline, `${jsonText(kept, 2)}\n`);
    if (flags.prometheus !== undefined) {
      const [{ hardenMetrics }, { saveMetrics }] = await Promise.all([
        import('../report/check/textfile.ts'),
        import('./automation.ts'),
      ]);
      saveMetrics(flags.prometheus, await hardenMetrics(report));
    }
    if (flags.nagios) {
      const [{ hardenPlugin }, { tellPlugin }] = await Promise.all([
        import('../report/check/plugin.ts'),
        import('./automation.ts'),
      ]);
      tellPlugin(hardenPlugin(report, failing(report), hardenStatus(report) === EXIT.couldNotLook));
      return;
    }
    if (flags.github) {
      const [{ hardenAnnotations }, { tellJob }] = await Promise.all([
        import('../report/check/github.ts'),
        import('./automation.ts'),
      ]);
      tellJob(await rendered(report, flags), hardenAnnotations(report));
    } else if (flags.prometheus !== '-') process.stdout.write(await rendered(report, flags));
    process.exitCode = hardenStatus(report);
  });
}

/** The flags that decide what is on standard output. */
export function printedForms({ json, sarif, markdown, nagios, github, prometheus }: HardenFlags): readonly string[] {
  const asked = { json, sarif, markdown, nagios, github, prometheus: prometheus === '-' };
  return Object.entries(asked).flatMap(([name, on]) => (on ? [`--${name}`] : []));
}

async function rendered(report: HardenReport, flags: HardenFlags): Promise<string> {
  if (flags.json) return `${jsonText(report, 2)}\n`;
  if (flags.sarif) {
    const { hardenSarif } = await import('../report/harden/sarif.ts');
    return `${jsonText(hardenSarif(report), 2)}\n`;
  }
  if (flags.markdown) return (await import('../report/harden/markdown.ts')).hardenMarkdown(report);
  const { hardenText } = await import('../report/harden/terminal.ts');
  return hardenText(report, { color: wantsColor(process.stdout, process.env), verbose: flags.verbose === true });
}

/** Where the server is looked at and changed: another door, else the user's own ssh. */
function doorOf(target: string | undefined, flags: HardenFlags): Transport {
  const host = target === undefined ? undefined : parseTarget(target);
  const name = flags.on ?? (host === undefined ? 'local' : `ssh:${host.host}`);
  return openTransport(name, flags.on === undefined ? sshArguments(flags, host) : []);
}

async function look(target: string | undefined, flags: HardenFlags, signal: AbortSignal): Promise<Bundle> {
  if (flags.bundle !== undefined && (target ?? flags.on) !== undefined)
    throw new UsageError('--bundle excludes a host and --on');
  if (flags.bundle !== undefined) return saved(flags.bundle);
  const door = doorOf(target, flags);
  const bar = progress(flags.json === true);
  bar.step(`looking at the server through ${door.name}`);
  try {
    return await collectServer(door, {}, { signal });
  } finally {
    bar.done();
  }
}
