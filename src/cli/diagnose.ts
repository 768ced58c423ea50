import { Command } from 'commander';
import { lookFromBothSides } from '../app/client.ts';
import { withSections } from '../facts/bundle.ts';
import { openTransport } from '../transport/open.ts';
import { answer, progress } from './answer.ts';
import { type CloudFlags, cloudsOf, printedCommands, withCloudFlags } from './cloud.ts';
import { collect, type OutputFlags, type SshFlags, sshArguments, withOutputFlags, withSshFlags } from './options.ts';
import { parseAddress, parseTarget } from './target.ts';

interface DiagnoseFlags extends OutputFlags, SshFlags, CloudFlags {
  readonly on?: string;
  readonly from?: string;
  readonly vantage?: readonly string[];
  readonly timeout: number;
  readonly allHostKeys?: boolean;
}

/** `sshwhy [user@]host[:port]`: the main job. */
export function diagnoseCommand(signal: AbortSignal): Command {
  const command = new Command('diagnose')
    .description('why can I not get in? Looks from here, with your own ssh configuration')
    .argument('<[user@]host[:port]>', 'as you would give it to ssh')
    .option('--on <transport>', 'also read the server through this door and join both sides')
    .option(
      '--from <address>',
      'the address that the server sees, when yours is translated on the way (NAT)',
      parseAddress,
    )
    .option('--all-host-keys', 'ask the server for its host keys of every type, a further connection for each')
    .option(
      '--vantage <transport>',
      'also look at the same endpoint from this machine: one connection (repeatable)',
      collect,
    )
    .option('--timeout <seconds>', 'how long to look from here at most', Number, 20);
  return withSshFlags(withOutputFlags(withCloudFlags(command))).action(async (input: string, flags: DiagnoseFlags) => {
    if (await printedCommands(flags)) return;
    const startedAt = performance.now();
    const target = parseTarget(input);
    const door = flags.on === undefined ? undefined : openTransport(flags.on, []);
    const askClouds = await cloudsOf(flags);
    const vantages = (flags.vantage ?? []).map((name) => openTransport(name, []));
    const bar = progress(flags.json === true);
    const [{ bundle, attempt }, clouds] = await Promise.all([
      lookFromBothSides(
        { argv: sshArguments(flags, target), host: target.host },
        {
          timeoutMs: flags.timeout * 1000,
          signal,
          step: bar.step,
          vantages,
          allHostKeys: flags.allHostKeys === true,
          ...(door ? { door } : {}),
          ...(flags.from === undefined ? {} : { from: flags.from }),
        },
      ),
      askClouds({ signal, step: bar.step }),
    ]).finally(bar.done);
    await answer(input, withSections(bundle, clouds), attempt, startedAt, flags);
  });
}
