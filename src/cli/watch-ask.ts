import { hostname } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { EXIT, UsageError } from '../model/errors.ts';
import { visible } from '../report/escape.ts';
import { jsonText } from '../report/json-text.ts';
import { wantsColor } from './answer.ts';
import { parseWhen } from './logs.ts';

interface IncidentsFlags {
  readonly since: number;
  readonly open?: boolean;
  readonly config?: string;
  readonly store?: string;
  readonly json?: boolean;
}

/** `sshwhy watch incidents`: what the store holds. */
export function incidentsCommand(): Command {
  return new Command('incidents')
    .description('what there was: the incidents that the watch has stored')
    .option(
      '--since <time>',
      'last touched then or later: 2026-11-23, or 2h, 7d ago',
      (text) => parseWhen(text),
      parseWhen('7d'),
    )
    .option('--open', 'only those that are not over')
    .option('--config <file>', 'the watch.yaml that names the store')
    .option('--store <path>', 'the store')
    .option('--json', 'print them as lines of JSON')
    .action(async ({ since, open, json, ...flags }: IncidentsFlags) => {
      const [{ watchPlaces }, { openStore }, { incidentRecord, incidentText, inOrder }] = await Promise.all([
        import('../app/watch-places.ts'),
        import('../collect/store/open.ts'),
        import('../report/watch.ts'),
      ]);
      const store = await openStore(watchPlaces(flags.config, flags.store).store, 'read');
      try {
        const found = await store.incidents({ since, ...(open ? { state: 'open' as const } : {}) });
        const look = { color: wantsColor(process.stdout, process.env) };
        for (const one of inOrder(found))
          process.stdout.write(json ? incidentRecord(one) : `${incidentText(one, look)}\n`);
        if (!json && found.length === 0) process.stdout.write('No incident.\n');
      } finally {
        await store.close();
      }
    });
}

const WAIT_MS = 60_000;

/** `sshwhy watch test-alert`: whether alerts arrive. */
export function testAlertCommand(): Command {
  return new Command('test-alert')
    .description('send a test through every channel of alerts, past limits and silences')
    .requiredOption('--config <file>', 'the watch.yaml that names the channels')
    .option('--json', 'print what became of each as a line of JSON')
    .action(async ({ config: file, json }: { readonly config: string; readonly json?: boolean }) => {
      const [{ watchPlaces }, { openAlerts }, { passingStore }, { mkdtemp, rm }, { tmpdir }] = await Promise.all([
        import('../app/watch-places.ts'),
        import('../app/watch-alerts.ts'),
        import('../collect/store/passing.ts'),
        import('node:fs/promises'),
        import('node:os'),
      ]);
      const { config } = watchPlaces(file, undefined);
      if (config.alerts.channels.length === 0) throw new UsageError(`${file} names no channel under alerts.channels`);
      // Of its own: that of a watch that runs is not touched.
      const folder = await mkdtemp(path.join(tmpdir(), 'sshwhy-test-alert-'));
      const became = new Map<string, { readonly outcome: string; readonly says?: string }>();
      const alerts = await openAlerts({
        alerts: config.alerts,
        silences: config.silences,
        folder,
        memory: passingStore(),
        onPosted: ({ channel, outcome, says }) =>
          void became.set(channel, { outcome, ...(says === undefined ? {} : { says }) }),
      });
      try {
        await alerts.test(hostname(), Date.now());
        const end = Date.now() + WAIT_MS;
        // One that failed once is told, not waited for.
        while (became.size < config.alerts.channels.length && Date.now() < end)
          await new Promise((resolve) => setTimeout(resolve, 50));
      } finally {
        await alerts.close(0);
        await rm(folder, { recursive: true, force: true });
      }
      for (const { name, kind } of config.alerts.channels) {
        const channel = name ?? kind;
        const { outcome, says } = became.get(channel) ?? {
          outcome: 'late',
          says: `no answer within ${WAIT_MS / 1000} s`,
        };
        const sent = outcome === 'sent';
        if (!sent) process.exitCode = EXIT.closed;
        process.stdout.write(
          json
            ? `${jsonText({ kind: 'test-alert', channel, sent, ...(says === undefined ? {} : { says }) })}\n`
            : `${channel}: ${sent ? 'sent' : `not sent: ${visible(says ?? outcome)}`}\n`,
        );
      }
    });
}
