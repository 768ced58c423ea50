import { Command, Option } from 'commander';
import { attemptOf } from '../app/attempt.ts';
import { preflightReport, preflightStatus, type Work } from '../app/preflight.ts';
import { collectServer } from '../app/server.ts';
import { writeBundle } from '../facts/bundle.ts';
import { UsageError } from '../model/errors.ts';
import { preflightText } from '../report/preflight.ts';
import { openTransport } from '../transport/open.ts';
import { progress, save, wantsColor } from './answer.ts';
import { offeredIn } from './offered.ts';
import { type SshFlags, sshArguments, withSshFlags } from './options.ts';
import { saved } from './server.ts';
import { parseAddress } from './target.ts';

interface PreflightFlags extends SshFlags {
  readonly for?: Work['for'];
  readonly to?: string;
  readonly user?: string;
  readonly from?: string;
  readonly key?: string;
  readonly on?: string;
  readonly bundle?: string;
  readonly save?: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

const HELP = `
Exit status: 0 go, 1 no go, 3 something that could keep sshd away was not seen.`;

/** `sshwhy preflight`: will sshd come back after a reboot or an upgrade? */
export function preflightCommand(signal: AbortSignal): Command {
  const command = new Command('preflight')
    .description('before a reboot or an upgrade: will sshd come back, and let in who is let in now?')
    .addOption(new Option('--for <work>', 'what is about to be done').choices(['reboot', 'upgrade']))
    .option(
      '--to <release>',
      'release that it is upgraded to: trixie, 13, "ubuntu 24.04", or of OpenSSH: 10.0 (default: the next one)',
    )
    .option('--user <name>', 'an account that has to get in afterwards')
    .option('--from <address>', 'the address that it comes from', parseAddress)
    .option('--key <file.pub>', 'the public key that it offers')
    .option('--on <transport>', 'look through a door, see sshwhy server --help (default: this machine)')
    .option('--bundle <file>', 'ask a bundle instead, taken with collect --boot (- for standard input)')
    .option('--save <file>', 'also write everything that was looked at to a bundle')
    .option('--verbose', 'show all evidence')
    .option('--json', 'print the answer as JSON (schema/preflight.schema.json)')
    .addHelpText('after', HELP);
  return withSshFlags(command).action(async (flags: PreflightFlags) => {
    const { to, user, from, port, json = false, verbose = false, on = 'local' } = flags;
    const work = flags.for ?? (to === undefined ? 'reboot' : 'upgrade');
    if (flags.on !== undefined && flags.bundle !== undefined)
      throw new UsageError('--on and --bundle exclude each other');
    if (to !== undefined && work === 'reboot') throw new UsageError('--to is about an upgrade: --for upgrade');
    const question = {
      ...(user !== undefined && { user }),
      ...(from !== undefined && { from }),
      ...(port !== undefined && { port }),
    };
    const offered = flags.key === undefined ? {} : offeredIn(flags.key);
    const bar = progress(json);
    // The port and the user of the question are sshd's, not the door's.
    const { port: _, login: __, ...door } = flags;
    bar.step(`looking at the server through ${on}`);
    const bundle =
      flags.bundle === undefined
        ? await collectServer(openTransport(on, sshArguments(door)), { ...question, boot: true }, { signal }).finally(
            bar.done,
          )
        : await saved(flags.bundle).finally(bar.done);
    if (flags.save !== undefined) save(flags.save, writeBundle(bundle));
    const answer = preflightReport(
      flags.bundle ?? on,
      bundle,
      { ...attemptOf(bundle), ...question, ...offered },
      { for: work, ...(to !== undefined && { to }) },
    );
    const width = Math.min(Math.max(process.stdout.columns ?? 100, 60), 120);
    const color = wantsColor(process.stdout, process.env);
    process.stdout.write(
      json ? `${JSON.stringify(answer, null, 2)}\n` : preflightText(answer, { color, width, verbose }),
    );
    process.exitCode = preflightStatus(answer);
  });
}
