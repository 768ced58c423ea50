import { Command } from 'commander';
import { UsageError } from '../model/errors.ts';

interface CentralFlags {
  readonly from?: string;
  readonly store?: string;
  readonly config?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  sshwhy watch central --from nats://broker1:4222,broker2:4222 --store clickhouse://sshwhy@db:8123/sshwhy?password=env:CLICKHOUSE
  sshwhy watch central --from 'tls://central@broker1:4222?ca=/etc/sshwhy/ca.pem&password=file:/etc/sshwhy/word'
  sudo sshwhy watch install --central --from nats://broker1:4222     as a service of systemd

Start it on as many machines as the work needs: they share the hosts (docs/guides/many-machines.md).`;

/** `sshwhy watch central`: store and watch what the agents of many machines publish to a broker. */
export function centralCommand(signal: AbortSignal): Command {
  return new Command('central')
    .description('store and watch what many machines publish to NATS JetStream')
    .option('--from <url>', 'the broker: nats://host:4222[,host2:4222…][?option=value…], tls://… for TLS')
    .option(
      '--store <where>',
      'where events are kept: a file, or clickhouse://user@host:8123/database, which several share',
    )
    .option('--config <file>', 'from, store, keep, alerts, silences, metrics, as in watch.yaml')
    .option('--json', 'print signals and incidents as lines of JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: CentralFlags) => {
      const [{ runCentral }, { watchPlaces }, { watchScreen }, { count }] = await Promise.all([
        import('../app/central-run.ts'),
        import('../app/watch-places.ts'),
        import('./watch-screen.ts'),
        import('../reason/watch/words.ts'),
      ]);
      const { config, store, folder } = watchPlaces(flags.config, flags.store);
      const from = flags.from ?? config.from;
      if (from === undefined)
        throw new UsageError('say which broker: --from nats://HOST:4222, or from: in the file of --config');
      const screen = watchScreen(flags.json === true, false);
      const { events, messages, again, dead } = await runCentral({ from, store, folder, config }, screen.parts, signal);
      screen.note(
        `stored ${count(events, 'event')} of ${count(messages, 'message')}; ${again} came again, ${dead} could not be read`,
      );
    });
}
