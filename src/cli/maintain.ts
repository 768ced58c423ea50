import { Command } from 'commander';
import { lookFromBothSides } from '../app/client.ts';
import { beginWindow, endWindow, tellWindows } from '../app/maintain.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import type { Maintenance } from '../model/maintenance.ts';
import { shellQuote } from '../model/remedy.ts';
import { networkOf } from '../remedy/maintenance.ts';
import { visible } from '../report/escape.ts';
import { jsonText } from '../report/json-text.ts';
import { maintenanceText } from '../report/maintenance.ts';
import { openTransport } from '../transport/open.ts';
import type { Transport } from '../transport/transport.ts';
import { progress, wantsColor } from './answer.ts';
import { ask } from './ask.ts';
import { duration } from './duration.ts';
import { type SshFlags, sshArguments, withSshFlags } from './options.ts';
import { parseAddress, parseTarget, type Target } from './target.ts';

interface MaintainFlags extends SshFlags {
  readonly on?: string;
  readonly allow?: readonly string[];
  readonly jumpOnly?: readonly string[];
  readonly for?: number;
  readonly from?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly timeout: number;
  readonly json?: boolean;
}

/** @throws UsageError for what sshd would not take in a Match block. */
function parseNetworks(words: string): readonly string[] {
  return words.split(',').map((word) => {
    const found = networkOf(word);
    if (found === undefined)
      throw new UsageError(
        `"${word}" is not an address, or a network such as 10.0.0.0/24 without bits behind its prefix`,
      );
    return found;
  });
}

/** `sshwhy maintain`: for a while only some addresses may log in; the machine ends it by itself. */
export function maintainCommand(signal: AbortSignal): Command {
  const command = new Command('maintain')
    .description('let only some addresses log in for a while; the machine ends that by itself')
    .argument('<action>', 'begin, end or status')
    .argument(
      '[[user@]host[:port]]',
      'as you would give it to ssh; begin proves by a login there that you are not shut out',
    )
    .option('--on <transport>', 'the door into the server, as root (default: ssh to the host)')
    .option('--allow <addresses>', 'who may log in meanwhile: addresses and networks, joined by commas', parseNetworks)
    .option('--jump-only <address>', 'only from this jump host (reach the server by way of it: -J)', parseNetworks)
    .option('--for <time>', 'how long: 30m, 2h, 1d', duration('10s', '7d'))
    .option('--from <address>', 'your own address as the server sees it, where that is another one', parseAddress)
    .option('--dry-run', 'print what would be changed, and change nothing')
    .option('--yes', 'do not ask before the change')
    .option('--timeout <seconds>', 'how long to look from here at most', Number, 20)
    .option('--json', 'print what was done as JSON (schema/maintain.schema.json)');
  return withSshFlags(command).action(async (action: string, input: string | undefined, flags: MaintainFlags) => {
    const target = input === undefined ? undefined : parseTarget(input);
    const door = doorOf(flags, target);
    const told = await run(action, target, door, flags, signal);
    const again = [input, flags.on === undefined ? undefined : `--on ${shellQuote(flags.on)}`];
    process.stdout.write(
      flags.json
        ? `${jsonText(told, 2)}\n`
        : maintenanceText(told, {
            color: wantsColor(process.stdout, process.env),
            door: again.filter(Boolean).join(' '),
          }),
    );
    process.exitCode = exitOf(told);
  });
}

function doorOf(flags: MaintainFlags, target: Target | undefined): Transport {
  if (flags.on !== undefined) return openTransport(flags.on, sshArguments(flags));
  if (!target) throw new UsageError('maintain needs a host, or a door into the server (--on)');
  return openTransport(`ssh:${target.host}`, sshArguments(flags, target));
}

async function run(
  action: string,
  target: Target | undefined,
  door: Transport,
  flags: MaintainFlags,
  signal: AbortSignal,
): Promise<Maintenance> {
  if (action === 'end') return { schema: 1, action, ...(await endWindow(door, signal)) };
  if (action === 'status') return { schema: 1, action, ...(await tellWindows(door, signal)) };
  if (action !== 'begin') throw new UsageError(`maintain "${action}": begin, end or status`);
  const allow = flags.allow ?? flags.jumpOnly;
  if (!target) throw new UsageError('maintain begin needs a host: the window is proven by a login from here');
  if (!allow || (flags.allow && flags.jumpOnly))
    throw new UsageError('maintain begin needs --allow or --jump-only, one of them');
  if (flags.for === undefined) throw new UsageError('maintain begin needs --for: how long');
  const bar = progress(flags.json === true);
  const { from } = flags;
  try {
    const told = await beginWindow({
      door,
      byLogin: door.name.startsWith('ssh:'),
      allow,
      window: flags.for,
      ...(from === undefined ? {} : { from }),
      dryRun: flags.dryRun === true,
      signal,
      look: () =>
        lookFromBothSides(
          { argv: sshArguments(flags, target), host: target.host },
          { timeoutMs: flags.timeout * 1000, signal, step: bar.step },
        ),
      agree: async (diff) => {
        bar.done();
        if (!flags.json) process.stdout.write(`${diff.map((line) => `  ${visible(line)}`).join('\n')}\n`);
        return flags.yes === true || ask('Make this change?', signal);
      },
      step: bar.step,
    });
    return { schema: 1, action, ...told };
  } finally {
    bar.done();
  }
}

function exitOf({ outcome }: Maintenance): number {
  if (outcome === 'rolled-back' || outcome === 'damaged') return EXIT.rolledBack;
  return outcome === 'refused' || outcome === 'declined' ? EXIT.closed : EXIT.open;
}
