/**
 * What we give to Prometheus against Prometheus itself, as Debian builds it: promtool checks the rules, tests them, and
 * checks what the endpoint shows; a real Prometheus scrapes it, and answers every query of the rules and of the dashboard.
 * npx tsx oracle/prometheus.ts     needs Debian; loopback only, half a minute
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseListen, serveMetrics } from '../src/collect/metrics/serve.ts';
import { metricsSink } from '../src/collect/metrics/sink.ts';
import { METRICS } from '../src/reason/watch/metrics.ts';
import { freePort } from '../test/free-port.ts';
import { everything, openIncident, signalOf } from './prometheus/feed.ts';
import { type Query, queriesOf } from './prometheus/queries.ts';
import { textfiles } from './prometheus/textfiles.ts';

interface Target {
  readonly labels: { readonly job: string };
  readonly health: string;
  readonly lastError: string;
}
interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

const root = path.join(import.meta.dirname, '..');
const problems: string[] = [];
const wrong = (text: string): void => void problems.push(text);
const TOKEN = 'a-token-of-the-oracle';

function command(argv: readonly string[], input?: string): { code: number; text: string } {
  try {
    const [program = '', ...args] = argv;
    const text = execFileSync(program, args, { encoding: 'utf8', timeout: 60_000, input: input ?? '', stdio: 'pipe' });
    return { code: 0, text };
  } catch (error) {
    const { status, stdout, stderr } = error as { status?: number; stdout?: string; stderr?: string };
    return { code: status ?? 1, text: `${stdout ?? ''}${stderr ?? ''}${status === undefined ? String(error) : ''}` };
  }
}

const home = command(['sh', path.join(root, 'scripts/debian-packages.sh'), 'prometheus']);
if (home.code !== 0) throw new Error(`prometheus of Debian cannot be had:\n${home.text}`);
const bin = path.join(home.text.trim(), 'usr/bin');
const rules = path.join(root, 'packaging/prometheus/sshwhy.rules.yml');
const promtool = path.join(bin, 'promtool');
const check = (name: string, argv: readonly string[], input?: string): void => {
  const { code, text } = command([promtool, ...argv], input);
  if (code === 0 && !/^(?!Checking|Unit| {2}SUCCESS)\S.*should/m.test(text)) console.log(`${name}: passed`);
  else wrong(`${name}:\n${text}`);
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the API answers under `data`. @throws when it says that the question is wrong. */
async function ask<T>(base: string, where: string, query: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(`${base}/api/v1/${where}?${new URLSearchParams(query)}`);
  const { status, data, error } = (await answer.json()) as { status: string; data: T; error?: string };
  if (status !== 'success') throw new Error(error ?? status);
  return data;
}

check('promtool check rules', ['check', 'rules', rules]);
check('promtool test rules', ['test', 'rules', rules.replace(/\.yml$/, '.test.yml')]);

const metrics = metricsSink({
  ports: ['22'],
  detectors: ['success-after-failures'],
  store: { size: async () => ({ events: 1000, bytes: 1 << 20 }) },
  storeLimitBytes: 1 << 30,
});
metrics.sources([{ source: 'journal' }]);
const server = await serveMetrics(metrics, { listen: parseListen('127.0.0.1:0') });
const guarded = await serveMetrics(metrics, { listen: parseListen('127.0.0.1:0'), token: TOKEN });
const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-prometheus-'));
let prometheus: ChildProcess | undefined;
try {
  await feed(0);
  check('promtool check metrics', ['check', 'metrics'], await metrics.render('text'));
  for (const [name, text] of Object.entries(await textfiles()))
    check(`promtool check metrics, textfile of ${name}`, ['check', 'metrics'], text);
  const port = await freePort();
  prometheus = start(port);
  await compare(`http://127.0.0.1:${port}`);
} finally {
  prometheus?.kill('SIGKILL');
  await Promise.all([server.close(), guarded.close()]);
  rmSync(dir, { recursive: true, force: true });
}
for (const problem of problems) console.error(`\nFAILED ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** One step: every event once, and what other parts of a watch tell. */
async function feed(step: number): Promise<void> {
  await metrics.put(everything(step));
  metrics.signals([signalOf('success-after-failures')]);
  await metrics.incident(openIncident(step), 'opened');
  for (const result of ['sent', 'failed', 'held_back'] as const) metrics.alert(result);
  for (const result of ['sent', 'refused', 'dropped'] as const) metrics.records(result, 2);
}

function start(port: number): ChildProcess {
  const scrape = (job: string, target: number, token?: string) => ({
    job_name: job,
    static_configs: [{ targets: [`127.0.0.1:${target}`] }],
    ...(token === undefined ? {} : { authorization: { credentials: token } }),
  });
  const config = path.join(dir, 'prometheus.yml');
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [rules],
      scrape_configs: [
        scrape('sshwhy', server.port),
        scrape('guarded', guarded.port, TOKEN),
        scrape('stranger', guarded.port, 'another'),
      ],
    }),
  );
  const child = spawn(
    path.join(bin, 'prometheus'),
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${dir}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  child.stderr?.on('data', (text) => {
    if (/level=(error|warn)/.test(String(text))) wrong(`prometheus says: ${text}`);
  });
  return child;
}

async function compare(base: string): Promise<void> {
  for (let step = 1; step <= 14; step++) {
    await sleep(1000);
    await feed(step);
  }
  const { activeTargets: targets } = await ask<{ activeTargets: Target[] }>(base, 'targets');
  for (const { labels, health, lastError } of targets) {
    const wanted = labels.job === 'stranger' ? 'down' : 'up';
    if (health !== wanted) wrong(`the target ${labels.job} is ${health}: ${lastError}`);
    if (labels.job === 'stranger' && !/401/.test(lastError)) wrong(`a wrong token gives: ${lastError}`);
  }
  console.log(`prometheus scrapes: ${targets.map(({ labels, health }) => `${labels.job} ${health}`).join(', ')}`);
  await checkNames(base);
  const { groups } = await ask<{ groups: { rules: Rule[] }[] }>(base, 'rules');
  const loaded = groups.flatMap((group) => group.rules);
  for (const { name, health, lastError } of loaded)
    if (health !== 'ok') wrong(`rule ${name} is ${health}: ${lastError}`);
  console.log(`rules that prometheus evaluates: ${loaded.length}`);
  const queries = queriesOf(root);
  for (const query of queries) await checkQuery(base, query);
  console.log(`queries of the rules and the dashboard that prometheus answers: ${queries.length}`);
}

/** Every metric of the table arrived, and no label has a value that a log could choose. */
async function checkNames(base: string): Promise<void> {
  const ours = { 'match[]': '{job="sshwhy"}' };
  const names = await ask<string[]>(base, 'label/__name__/values', ours);
  for (const name of Object.keys(METRICS)) if (!names.includes(name)) wrong(`prometheus has no ${name}`);
  const series = await ask<Record<string, string>[]>(base, 'series', ours);
  for (const one of series)
    for (const [label, value] of Object.entries(one))
      if (label !== 'instance' && /mallory|203\.0\.113|2001:db8|evil/.test(value))
        wrong(`${one['__name__']} has ${label}="${value}"`);
  const metadata = await ask<Record<string, { type: string }[]>>(base, 'metadata');
  for (const [name, { kind }] of Object.entries(METRICS)) {
    // In OpenMetrics the family of a counter is named without its suffix.
    const type = (metadata[name] ?? metadata[name.replace(/_total$/, '')])?.[0]?.type;
    if (type !== kind) wrong(`prometheus takes ${name} for a ${type}`);
  }
  console.log(`series: ${series.length} of ${names.length} metrics`);
}

async function checkQuery(base: string, { from, expr, silent }: Query): Promise<void> {
  const now = Date.now() / 1000;
  try {
    const { result } = await ask<{ result: unknown[] }>(base, 'query', { query: expr });
    if (result.length === 0 && !silent) wrong(`${from}: no data: ${expr}`);
    await ask(base, 'query_range', { query: expr, start: String(now - 10), end: String(now), step: '1' });
  } catch (error) {
    wrong(`${from}: ${expr}\n  ${error}`);
  }
}
