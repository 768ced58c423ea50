import { Command, Option } from 'commander';
import { attemptOf } from '../app/attempt.ts';
import { preflightReport, preflightStatus, type Work } from '../app/preflight.ts';
import { openingFor, orderRescue } from '../app/rescue.ts';
import { collectServer } from '../app/server.ts';
import { writeBundle } from '../facts/bundle.ts';
import type { Bundle } from '../model/bundle.ts';
import { EXIT, LookError, UsageError } from '../model/errors.ts';
import type { Preflight } from '../model/preflight.ts';
import { visible } from '../report/escape.ts';
import { jsonText } from '../report/json-text.ts';
import { preflightText } from '../report/preflight.ts';
import { openTransport } from '../transport/open.ts';
import type { Transport } from '../transport/transport.ts';
import { progress, view } from './answer.ts';
import { duration } from './duration.ts';
import { offeredIn } from './offered.ts';
import { type SshFlags, sshArguments, withSshFlags } from './options.ts';
import { save } from './save.ts';
import { saved } from './server.ts';
import { parseAccount, parseAddress, parsePort } from './target.ts';

interface PreflightFlags extends SshFlags {
  readonly for?: Work['for'];
  readonly to?: string;
  readonly user?: string;
  readonly from?: string;
  readonly key?: string;
  readonly on?: string;
  readonly bundle?: string;
  readonly save?: string;
  readonly rescue?: number;
  readonly rescueTime?: number;
  readonly rescueEnd?: boolean;
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
    .option('--user <name>', 'an account that has to get in afterwards', parseAccount)
    .option('--from <address>', 'the address that it comes from', parseAddress)
    .option('--key <file.pub>', 'the public key that it offers')
    .option('--on <transport>', 'look through a door, see sshwhy server --help (default: this machine)')
    .option('--bundle <file>', 'ask a bundle instead, taken with collect --boot (- for standard input)')
    .option(
      '--rescue <port>',
      'also start a second sshd on that port for the time of the work, for --user with her keys',
      parsePort,
    )
    .option('--rescue-time <time>', 'when it ends by itself: 30m, 4h (default: 2h)', duration('5s', '24h'))
    .option('--rescue-end', 'end the second sshd now, and do nothing else')
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
    // The port and the user of the question are sshd's, not the door's.
    const { port: _, login: __, ...rest } = flags;
    const door = openTransport(on, sshArguments(rest));
    if (flags.rescueEnd) return endRescue(door, signal);
    if (flags.rescue !== undefined && (user === undefined || flags.bundle !== undefined))
      throw new UsageError('--rescue needs --user, whose keys it takes, and a machine rather than a --bundle');
    const offered = flags.key === undefined ? {} : offeredIn(flags.key);
    const bar = progress(json);
    bar.step(`looking at the server through ${on}`);
    const bundle =
      flags.bundle === undefined
        ? await collectServer(door, { ...question, boot: true }, { signal }).finally(bar.done)
        : await saved(flags.bundle).finally(bar.done);
    if (flags.save !== undefined) save(flags.save, writeBundle(bundle));
    const asked = preflightReport(
      flags.bundle ?? on,
      bundle,
      { ...attemptOf(bundle), ...question, ...offered },
      { for: work, ...(to !== undefined && { to }) },
    );
    const answer =
      flags.rescue === undefined
        ? asked
        : { ...asked, rescue: await startRescue(door, flags, flags.rescue, bundle, signal) };
    process.stdout.write(json ? `${jsonText(answer, 2)}\n` : preflightText(answer, view(verbose)));
    process.exitCode = preflightStatus(answer);
  });
}

async function startRescue(
  door: Transport,
  { user = '', from, rescueTime: seconds = 2 * 3600 }: PreflightFlags,
  port: number,
  bundle: Bundle,
  signal: AbortSignal,
): Promise<NonNullable<Preflight['rescue']>> {
  // The address of a client stands behind it there.
  if (user.includes('@')) throw new UsageError(`AllowUsers cannot name "${user}"`);
  const wish = { port, user, seconds, ...(from !== undefined && { from }) };
  const until = new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const { state, said } = await orderRescue(door, { action: 'start', ...wish, ...openingFor(bundle, wish) }, signal);
  if (state !== 'up') throw new LookError(`no rescue sshd was started: ${said ?? state}`);
  return { port, user, until };
}

async function endRescue(door: Transport, signal: AbortSignal): Promise<void> {
  const { state, said } = await orderRescue(door, { action: 'end' }, signal);
  if (state === 'impossible') throw new LookError(`the rescue sshd was not ended: ${visible(said ?? '')}`);
  process.stdout.write(
    state === 'none' ? 'No rescue sshd runs there.\n' : 'The rescue sshd has ended; nothing of it is left.\n',
  );
  process.exitCode = EXIT.open;
}
