/**
 * What ssh-audit and lynis find on a host of each release, and whether sshwhy finds it, too: `npm run bench:harden`.
 * Needs what the lab needs, and apt to fetch the two from Debian. Exits with 1 for a finding that is neither found by
 * sshwhy nor explained in docs/harden.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../lab/command.ts';
import { type Lab, withHost } from '../lab/host.ts';
import { SUITES } from '../lab/seed.ts';
import { type HardenReport, hardenReportSchema } from '../src/model/harden-report.ts';

const bin = path.join(import.meta.dirname, '../dist/sshwhy.js');
const page = readFileSync(path.join(import.meta.dirname, '../docs/harden.md'), 'utf8');
const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-bench-'));

/** Bounds of lynis where they are stricter than any baseline's; everything else as published. */
const LIKE_LYNIS = `extends: all
controls:
  client-alive-count-max: {atMost: 2}
  compression: {is: [no]}
  max-auth-tries: {atMost: 3}
  max-sessions: {atMost: 2}
`;

/** A host that somebody was careless with. */
const WEAK = [
  ...[
    'PermitRootLogin yes',
    'StrictModes no',
    'IgnoreRhosts no',
    'PermitEmptyPasswords yes',
    'PermitUserEnvironment yes',
  ],
  ...['UseDNS yes', 'GatewayPorts yes', 'PermitTunnel yes', 'PrintLastLog no', 'LoginGraceTime 600', 'LogLevel QUIET'],
  ...['Ciphers +aes128-cbc,3des-cbc', 'KexAlgorithms +diffie-hellman-group1-sha1,diffie-hellman-group14-sha1'],
  ...['MACs +hmac-md5,hmac-sha1-96', 'HostKeyAlgorithms +ssh-rsa'],
];
const HOSTS: Readonly<Record<string, string>> = {
  'as installed': 'true',
  weakened: `printf '%s\\n' ${WEAK.map((line) => `'${line}'`).join(' ')} | cat - /etc/ssh/sshd_config >/tmp/new && cat /tmp/new >/etc/ssh/sshd_config && systemctl restart ssh`,
};

interface Theirs {
  /** In their words; what docs/harden.md explains is quoted there. */
  readonly text: string;
  /** Control of ours that it is about, and the value that it complains of. */
  readonly control?: string | undefined;
  readonly value?: string | undefined;
}

function must(argv: readonly string[], cwd: string): void {
  const [command = '', ...args] = argv;
  const ran = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${argv.join(' ')}: ${ran.stderr}`);
}

function fetchPeers(): string {
  must(['apt-get', '-q', 'download', 'ssh-audit', 'lynis'], folder);
  must(['sh', '-c', 'for deb in *.deb; do dpkg-deb -x "$deb" peers; done; tar czf peers.tgz -C peers usr etc'], folder);
  return readFileSync(path.join(folder, 'peers.tgz')).toString('base64');
}

async function ours(lab: Lab, profile: string): Promise<HardenReport> {
  const argv = [
    process.execPath,
    bin,
    'harden',
    '--on',
    `exec:nsenter -t ${lab.host.pid} -a`,
    '--profile',
    profile,
    '--json',
  ];
  const ran = await run(argv, { timeoutMs: 60_000 });
  return hardenReportSchema.parse(JSON.parse(ran.stdout));
}

const AUDIT: Readonly<Record<string, string>> = {
  kex: 'kex',
  key: 'host-key-algorithms',
  enc: 'ciphers',
  mac: 'macs',
  cve: 'patched',
};

/** Lines with a fail or a warning, and those that go on with one. */
async function sshAudit(lab: Lab): Promise<Theirs[]> {
  const script = `PYTHONPATH=${folder}/peers/usr/lib/python3/dist-packages exec python3 ${folder}/peers/usr/bin/ssh-audit -n web1`;
  const { stdout } = await lab.client.run(['sh', '-c', script], { timeoutMs: 60_000 });
  let kind = '';
  let value = '';
  return stdout.split('\n').flatMap((line): Theirs[] => {
    const found = /^\((kex|key|enc|mac|cve)\) (\S+)/.exec(line);
    if (found) [, kind = '', value = ''] = found;
    const said = /(?:--|`-) \[(?:fail|warn)\] (.*)$/.exec(line);
    return said ? [{ text: `${kind} ${value}: ${said[1]}`, control: AUDIT[kind], value }] : [];
  });
}

const LYNIS: Readonly<Record<string, string>> = {
  AllowTcpForwarding: 'allow-tcp-forwarding',
  ClientAliveCountMax: 'client-alive-count-max',
  ClientAliveInterval: 'client-alive-interval',
  Compression: 'compression',
  GatewayPorts: 'gateway-ports',
  IgnoreRhosts: 'ignore-rhosts',
  LoginGraceTime: 'login-grace-time',
  LogLevel: 'log-level',
  MaxAuthTries: 'max-auth-tries',
  MaxSessions: 'max-sessions',
  PermitRootLogin: 'permit-root-login',
  PermitUserEnvironment: 'permit-user-environment',
  PermitTunnel: 'permit-tunnel',
  Port: 'port',
  PrintLastLog: 'print-last-log',
  StrictModes: 'strict-modes',
  TCPKeepAlive: 'tcp-keep-alive',
  UseDNS: 'use-dns',
  X11Forwarding: 'x11-forwarding',
  AllowAgentForwarding: 'allow-agent-forwarding',
};

/** Its own tree goes into the host, which is thrown away. */
async function lynis(lab: Lab, peers: string): Promise<Theirs[]> {
  const put = 'base64 -d | tar xz -C / && chown -R 0:0 /usr/share/lynis /etc/lynis';
  await run(['nsenter', '-t', String(lab.host.pid), '-a', 'sh', '-c', put], { input: peers });
  const script =
    'lynis audit system --tests-from-group ssh --quick --no-colors --quiet --report-file /tmp/report --log-file /dev/null >/dev/null 2>&1; cat /tmp/report';
  const { stdout } = await lab.host.run(script, { timeoutMs: 120_000 });
  return stdout.split('\n').flatMap((line): Theirs[] => {
    const found = /^(?:suggestion|warning)\[\]=([A-Z]+-\d+)\|([^|]*)\|([^|]*)\|/.exec(line);
    if (!found) return [];
    const [, test = '', text = '', detail = ''] = found;
    const keyword = /^(\w+) \(set /.exec(detail)?.[1];
    return [{ text: `${test} ${keyword ?? text}`, control: keyword && LYNIS[keyword] }];
  });
}

/** The control that fails for it, or where it is explained; nothing where it is missed. */
function answerTo({ text, control, value }: Theirs, reports: readonly HardenReport[]): string | undefined {
  for (const { results, profile } of reports) {
    const mine = results.filter((one) => one.control === control && one.status === 'fail');
    const named = mine.some(
      ({ now, detail }) => value === undefined || `${now},${detail}`.split(/[, ]+/).includes(value),
    );
    if (named) return `\`${control}\` (${profile.name.includes('/') ? 'own profile' : profile.name})`;
  }
  const test = text.split(' ')[0] ?? '';
  const explained = [`${value}`, test].find((words) => words.length > 4 && page.includes(`* \`${words}\``));
  return explained === undefined ? undefined : `explained (${explained})`;
}

/** Who found it, what, and what we say; with the hosts on which it was so. */
const rows = new Map<string, string[]>();
let missed = 0;
try {
  const peers = fetchPeers();
  const profile = path.join(folder, 'like-lynis.yaml');
  writeFileSync(profile, LIKE_LYNIS);
  for (const suite of SUITES)
    for (const [host, setup] of Object.entries(HOSTS))
      await withHost({ suite }, async (lab) => {
        if ((await lab.host.run(`set -e; ${setup}`)).code !== 0) throw new Error(`${suite} could not be ${host}`);
        const reports = [await ours(lab, 'ssh-audit'), await ours(lab, profile)];
        const found = [
          ...(await sshAudit(lab)).map((one) => ['ssh-audit', one] as const),
          ...(await lynis(lab, peers)).map((one) => ['lynis', one] as const),
        ];
        if (found.length === 0) throw new Error(`${suite}: they found nothing at all`);
        for (const [who, one] of found) {
          const answer = answerTo(one, reports);
          if (answer === undefined) missed++;
          const row = `| ${who} | ${one.text} | ${answer ?? '**missed**'} |`;
          rows.set(row, [...(rows.get(row) ?? []), `${suite}${host === 'weakened' ? ' weakened' : ''}`]);
        }
      });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log('| who | finding | sshwhy harden | on |\n|---|---|---|---|');
for (const [row, hosts] of rows)
  console.log(`${row} ${hosts.length === 2 * SUITES.length ? 'all' : hosts.join(', ')} |`);
console.log(`\n${rows.size} findings, ${missed} missed`);
process.exit(missed > 0 ? 1 : 0);
