/**
 * Writes what is made from other files: the index of causes, the JSON Schemas of the reports and the library's types, the pages under docs/causes, docs/controls.md,
 * docs/events.md and docs/facts.md.
 * `--check` writes nothing and fails when something is out of date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { attemptOf } from '../src/app/attempt.ts';
import { harden } from '../src/app/harden.ts';
import { builtIn } from '../src/app/harden-profile.ts';
import { commandEnvironment } from '../src/collect/alert/command.ts';
import { desktopArguments } from '../src/collect/alert/desktop.ts';
import { mailText } from '../src/collect/alert/email.ts';
import { slackMessage } from '../src/collect/alert/slack.ts';
import { syslogLine } from '../src/collect/alert/syslog.ts';
import { parseBundle } from '../src/facts/bundle.ts';
import { compiled } from '../src/facts/events/compile/types.ts';
import { eventTypes } from '../src/knowledge/events/index.ts';
import { alertSchema } from '../src/model/alert.ts';
import type { Cause } from '../src/model/cause.ts';
import type { Finding } from '../src/model/finding.ts';
import { fixReportSchema } from '../src/model/fix-report.ts';
import { fleetLineSchema } from '../src/model/fleet.ts';
import { fleetMessageSchema } from '../src/model/fleet-work.ts';
import { GATES } from '../src/model/gate.ts';
import { hardenReportSchema } from '../src/model/harden-report.ts';
import { keyAuditSchema, keyGraphSchema, keyringSchema } from '../src/model/keys.ts';
import { keyChangeSchema } from '../src/model/keys-change.ts';
import { maintenanceSchema } from '../src/model/maintenance.ts';
import { preflightSchema } from '../src/model/preflight.ts';
import { reportSchema } from '../src/model/report.ts';
import { VERSION } from '../src/model/version.ts';
import type { Alert, Incident } from '../src/model/watch.ts';
import { serviceStatusSchema } from '../src/model/watch-service.ts';
import { conclude } from '../src/reason/conclude.ts';
import { alertMessage } from '../src/report/alert.ts';
import { causePage, causesIndexPage } from '../src/report/cause-page.ts';
import { controlsPage } from '../src/report/harden/page.ts';
import { hardenText } from '../src/report/harden/terminal.ts';
import { eventsPage } from '../src/report/logs/events-page.ts';
import { CAUSES_INDEX, causesIndex, ids } from './causes-index.ts';
import { factsPage } from './facts-page.ts';
import { libraryTypes } from './types.ts';

const root = path.join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const stale: string[] = [];

function put(file: string, text: string): void {
  const full = path.join(root, file);
  if (existsSync(full) && readFileSync(full, 'utf8') === text) return;
  stale.push(file);
  if (check) return;
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
}

function drop(file: string): void {
  stale.push(file);
  if (!check) rmSync(path.join(root, file));
}

put(CAUSES_INDEX, causesIndex());

const causes: Cause[] = [];
for (const id of ids) causes.push((await import(`../src/causes/${id}.ts`)).cause as Cause);
/** The cause as it was found in the first Bundle that the lab captured of it. */
function captured({ id }: Cause): Finding | undefined {
  const folder = path.join(root, 'test/fixtures/causes', id);
  const [first] = existsSync(folder) ? readdirSync(folder).sort() : [];
  if (first === undefined) return undefined;
  const bundle = parseBundle(readFileSync(path.join(folder, first), 'utf8'));
  return conclude(causes, bundle, attemptOf(bundle)).findings.find((finding) => finding.id === id);
}

for (const cause of causes) put(`docs/causes/${cause.id}.md`, causePage(cause, causes, captured(cause)));
put('docs/causes/README.md', causesIndexPage(causes));
put(
  'src/facts/events/compiled.gen.ts',
  [
    '// Made by `npm run gen` from the table of events.',
    "import type { Compiled } from './unpack.ts';",
    '',
    `export const compiled: Compiled = ${JSON.stringify(compiled(eventTypes), null, 2)};`,
    '',
  ].join('\n'),
);
put('docs/events.md', eventsPage());
put('docs/facts.md', await factsPage());
for (const gate of GATES) {
  const folder = path.join(root, 'docs/causes', gate);
  const pages = existsSync(folder) ? readdirSync(folder) : [];
  for (const page of pages) {
    if (!(ids as readonly string[]).includes(`${gate}/${page.replace(/\.md$/, '')}`))
      drop(`docs/causes/${gate}/${page}`);
  }
}

put('docs/controls.md', controlsPage());

/** Pages that show what a command says about a host that the lab captured. */
function example(page: string, name: string, command: string, output: string): void {
  shown(page, name, `$ ${command}\n${output.trimEnd()}`);
}

function shown(page: string, name: string, output: string): void {
  const text = readFileSync(path.join(root, page), 'utf8');
  const [before, rest] = text.split(`<!-- example:${name} -->\n`);
  const at = rest?.indexOf('<!-- /example -->') ?? -1;
  if (rest === undefined || at < 0) throw new Error(`${page} has no place for the example ${name}`);
  const block = `\n\`\`\`text\n${output.trimEnd()}\n\`\`\`\n\n`;
  put(page, `${before}<!-- example:${name} -->\n${block}${rest.slice(at)}`);
}

const hardened = parseBundle(readFileSync(path.join(root, 'test/fixtures/harden/bookworm-everything.bundle'), 'utf8'));
const posture = harden(hardened, {
  input: 'web1',
  profile: builtIn('sshwhy'),
  failOn: 'medium',
  today: hardened.takenAt.slice(0, 10),
  plan: false,
});
example(
  'docs/guides/hardening.md',
  'harden',
  'sudo sshwhy harden',
  hardenText(posture, { color: false, verbose: false }),
);

/** What one incident looks like in each channel of alerts. */
function alertExamples(): void {
  const file = path.join(root, 'test/fixtures/alert/success-after-failures.json');
  const incident = JSON.parse(readFileSync(file, 'utf8')) as Incident;
  const alert: Alert = {
    id: `${incident.id}:opened:page`,
    kind: 'opened',
    at: incident.updated,
    incident,
    heldBack: 2,
  };
  const closed: Alert = { ...alert, kind: 'closed', heldBack: 0, incident: { ...incident, state: 'closed' } };
  const { signals, ...rest } = alertMessage(alert, VERSION).incident;
  const message = { ...alertMessage(alert, VERSION), incident: { ...rest, signals: signals.slice(-1) } };
  const mail = (of: Alert): string => `Subject: ${mailText(of).subject}\n\n${mailText(of).text}`;
  const environment = Object.entries(commandEnvironment(alert)).map(([key, value]) => `${key}=${value}`);
  for (const [name, output] of [
    ['webhook', JSON.stringify(message, null, 2)],
    ['slack', JSON.stringify(slackMessage(alert), null, 2)],
    ['mail', mail(alert)],
    ['closed', mail(closed)],
    ['syslog', syslogLine(alert)],
    ['command', environment.join('\n')],
    ['desktop', desktopArguments(alert).slice(-2).join('\n')],
  ] as const)
    shown('docs/guides/alerts.md', name, output);
}
alertExamples();

for (const [file, schema] of [
  ['alert', alertSchema],
  ['report', reportSchema],
  ['fix', fixReportSchema],
  ['fleet', fleetLineSchema],
  ['fleet-work', fleetMessageSchema],
  ['harden', hardenReportSchema],
  ['keys', keyringSchema],
  ['keys-audit', keyAuditSchema],
  ['keys-graph', keyGraphSchema],
  ['keys-change', keyChangeSchema],
  ['preflight', preflightSchema],
  ['maintain', maintenanceSchema],
  ['watch-status', serviceStatusSchema],
] as const)
  put(`schema/${file}.schema.json`, `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`);
put('src/library/types.gen.ts', await libraryTypes());

if (stale.length > 0) console.log(`${check ? 'out of date, run `npm run gen`:' : 'written:'} ${stale.join(' ')}`);
if (check && stale.length > 0) process.exitCode = 1;
