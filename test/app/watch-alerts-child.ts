/**
 * A watcher that only alerts, for tests that kill it: `node watch-alerts-child.ts FOLDER URL`, incidents as lines of JSON on standard
 * input, and a line on standard output for each that was handed over.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { openAlerts } from '../../src/app/watch-alerts.ts';
import { alertsSchema } from '../../src/app/watch-alerts-config.ts';
import { writeWhole } from '../../src/collect/alert/outbox.ts';
import type { Incident } from '../../src/model/watch.ts';

const [, , folder = '', url = ''] = process.argv;
mkdirSync(folder, { recursive: true });
const file = path.join(folder, 'memory.json');
const alerts = await openAlerts({
  alerts: alertsSchema.parse({ channels: [{ kind: 'webhook', url, limit: { count: 1000, every: '1s' } }] }),
  silences: [],
  folder: path.join(folder, 'outbox'),
  memory: {
    memory: async () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
    incidents: async () => [],
    remember: (_, text) => writeWhole(file, text),
  },
});
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const incident = JSON.parse(line) as Incident;
  await alerts.step([incident], Date.now());
  process.stdout.write(`${incident.id}\n`);
}
await alerts.drain(20_000);
await alerts.close();
