import { Command } from 'commander';
import { lookFromBothSides } from '../app/client.ts';
import { openTransport } from '../transport/open.ts';
import { answer, progress } from './answer.ts';
import { collect, type OutputFlags, type SshFlags, sshArguments, withOutputFlags, withSshFlags } from './options.ts';
import { parseTarget } from './target.ts';

interface DiagnoseFlags extends OutputFlags, SshFlags {
  readonly on?: string;
  readonly vantage?: readonly string[];
  readonly timeout: number;
}

/** `sshwhy [user@]host[:port]`: the main job. */
export function diagnoseCommand(signal: AbortSignal): Command {
  const command = new Command('diagnose')
    .description('why can I not get in? Looks from here, with your own ssh configuration')
    .argument('<[user@]host[:port]>', 'as you would give it to ssh')
    .option('--on <transport>', 'also read the server through this door and join both sides')
    .option(
      '--vantage <transport>',
      'also look at the same endpoint from this machine: one connection (repeatable)',
      collect,
    )
    .option('--timeout <seconds>', 'how long to look from here at most', Number, 20);
  return withSshFlags(withOutputFlags(command)).action(async (input: string, flags: DiagnoseFlags) => {
    const startedAt = performance.now();
    const target = parseTarget(input);
    const door = flags.on === undefined ? undefined : openTransport(flags.on, []);
    const vantages = (flags.vantage ?? []).map((name) => openTransport(name, []));
    const bar = progress(flags.json === true);
    const { bundle, attempt } = await lookFromBothSides(
      { argv: sshArguments(flags, target), host: target.host },
      { timeoutMs: flags.timeout * 1000, signal, step: bar.step, vantages, ...(door ? { door } : {}) },
    ).finally(bar.done);
    answer(input, bundle, attempt, startedAt, flags);
  });
}
