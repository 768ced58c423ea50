import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createCgroup } from '../../lab/cgroup.ts';
import { claimName, RUN_DIR, release } from '../../lab/cleanup.ts';
import { startPlace } from '../../lab/net.ts';
import { IPSETS } from './ipset.ts';
import { LISTENING, type Packet, SERVER4, SERVER6, type Tool } from './packets.ts';

/** What the kernel did with a packet. */
export interface Fate {
  /** `accept PORT`, `forward PORT` (as the last rule saw it), `drop`, `reset`, `icmp CODE`. */
  readonly request: string;
  /** The client saw the answer of the listener. */
  readonly answered: boolean;
}

export interface Round {
  /** The complaint when the kernel or the tool does not take the rules. */
  readonly refused?: string;
  /** Dumps by the names of the Bundle's sections, before any packet. */
  readonly before: Readonly<Record<string, string>>;
  /** The same afterwards, with what was counted. */
  readonly after: Readonly<Record<string, string>>;
  readonly packets: readonly (Packet & { readonly sport: number })[];
  readonly fates: readonly Fate[];
}

export interface Kernel {
  round(tool: Tool, text: string, packets: readonly Packet[]): Promise<Round>;
  destroy(): Promise<void>;
}

const BASE = '/var/cache/sshwhy-lab/base-bookworm';

/** After every other chain: what comes this far is let in, or would be sent on. It is noted by its ports. */
const RECORDER = `
table inet oracle_recorder {
  set accepted { type inet_service . inet_service; size 65535; flags dynamic; }
  set forwarded { type inet_service . inet_service; size 65535; flags dynamic; }
  chain last {
    type filter hook input priority 2147483647; policy accept;
    tcp flags & (syn | ack) == syn add @accepted { tcp sport . tcp dport }
  }
  chain on {
    type filter hook forward priority 2147483647; policy drop;
    tcp flags & (syn | ack) == syn add @forwarded { tcp sport . tcp dport } drop
  }
}
`;

const SYSCTLS = [
  ...['net.ipv4.icmp_ratelimit=0', 'net.ipv4.icmp_ratemask=0', 'net.ipv6.icmp.ratelimit=0', 'net.ipv6.icmp.ratemask='],
  ...['net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0', 'net.ipv4.conf.all.forwarding=1'],
  ...['net.ipv6.conf.all.forwarding=1', 'net.ipv4.tcp_synack_retries=0', 'net.ipv4.tcp_max_syn_backlog=65535'],
  ...['net.ipv4.tcp_syncookies=2', 'net.core.somaxconn=65535', 'net.ipv4.conf.all.log_martians=0'],
];

/** Listens on every port that rules may lead to; whoever begins a connection there gets an answer of TCP. */
const LISTENER = `
import socket, time
held = []
for port in [${LISTENING.join(', ')}]:
    s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind(("::", port)); s.listen(65535); held.append(s)
print("ready", flush=True)
time.sleep(1e6)
`;

const empty = (tool: string): string =>
  `printf '%s\\n' ${['raw', 'mangle', 'nat', 'filter', 'security'].map((table) => `'*${table}' COMMIT`).join(' ')} | ${tool}-restore`;

/** A shell that stays; what it is told to run ends with a line that says how. */
function shellIn(pid: number): { run(script: string): Promise<{ code: number; out: string }>; end(): void } {
  const sh = spawn('nsenter', ['-t', String(pid), '-n', '--', 'sh'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: sh.stdout })[Symbol.asyncIterator]();
  return {
    async run(script) {
      sh.stdin.write(`{\n${script}\n} 2>&1 </dev/null\nprintf '\\n@@end %s\\n' $?\n`);
      const out: string[] = [];
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error('the shell ended');
        if (value.startsWith('@@end ')) return { code: Number(value.slice(6)), out: out.join('\n').replace(/\n$/, '') };
        out.push(value);
      }
    },
    end() {
      sh.stdin.end();
      sh.kill('SIGKILL');
    },
  };
}

/** Dumps as the collector makes them, each behind a line with its section. */
function dumps(tool: Tool, recorder: boolean): string {
  const commands: [string, string][] = [
    ['nft', 'nft -a list ruleset'],
    // What nft 1.0.6 breaks off at a dormant table is no JSON; the collector leaves it out as well.
    [
      'nft-json',
      `nft -j -a list ruleset | tail -n 1 | { read -r l; case $l in *']}') echo "$l";; *) nft list tables | while read -r _ f t; do nft -j -a list table "$f" "$t"; done | { grep '\\]}$' || :; };; esac; }`,
    ],
  ];
  if (tool !== 'nft') commands.push([tool, `${tool}-save -c`]);
  if (recorder) commands.push(['recorder', 'nft -j list table inet oracle_recorder']);
  return commands.map(([name, command]) => `echo '@@ ${name}'; ${command}`).join('\n');
}

function sections(out: string): Record<string, string> {
  const parts = out.split(/^@@ (.+)$/m);
  const found: Record<string, string> = {};
  for (let i = 1; i < parts.length; i += 2) found[parts[i] ?? ''] = (parts[i + 1] ?? '').replace(/^\n|\n$/g, '');
  return found;
}

/** Ports that the recorder noted: what each packet was to its last rule. */
function noted(json: string, name: string): Map<number, number> {
  type Element = { concat: [number, number] } | { elem: { val: { concat: [number, number] } } };
  const listed = JSON.parse(json) as { nftables: { set?: { name: string; elem?: Element[] } }[] };
  const elements = listed.nftables.flatMap(({ set }) => (set?.name === name ? (set.elem ?? []) : []));
  return new Map(elements.map((one) => ('concat' in one ? one.concat : one.elem.val.concat)));
}

/** A network namespace of its own with one interface, and a sender at the other end of the wire. Needs root. */
export async function bootKernel(): Promise<Kernel> {
  const name = claimName();
  createCgroup(name);
  mkdirSync(join(RUN_DIR, name), { recursive: true });
  const log = openSync(join(RUN_DIR, name, 'log'), 'w');
  const hold = 'ip link set lo up; echo ready; exec sleep infinity';
  const [filter, sender] = await Promise.all([
    startPlace(name, hold, [], log),
    startPlace(name, hold, [], log),
  ]).finally(() => closeSync(log));
  const [inside, outside] = [shellIn(filter.pid), shellIn(sender.pid)];
  const must = async (script: string, shell = inside): Promise<string> => {
    const { code, out } = await shell.run(script);
    if (code !== 0) throw new Error(`${script}: ${out}`);
    return out;
  };
  await must(`ip link add eth0 type veth peer name eth0 netns ${sender.pid} && ip link set eth0 up arp off`);
  // Nothing but our packets may come in.
  await must('sysctl -qw net.ipv6.conf.all.disable_ipv6=1 && ip link set eth0 up promisc on arp off', outside);
  await must(
    `${SYSCTLS.map((each) => `sysctl -qw ${each} 2>/dev/null || true`).join('; ')}
     ip addr add ${SERVER4}/24 dev eth0 && ip addr add ${SERVER6}/64 dev eth0 nodad &&
     ip route add default dev eth0 && ip -6 route add default dev eth0`,
  );
  const mac = (await must('ip -o link show eth0')).match(/link\/ether (\S+)/)?.[1] ?? '';
  const python = (pid: number, args: readonly string[]) =>
    spawn('nsenter', ['-t', String(pid), '-n', '--', '/usr/bin/python3', ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }) as unknown as ChildProcessWithoutNullStreams;
  const listener = python(filter.pid, ['-c', LISTENER]);
  await createInterface({ input: listener.stdout })[Symbol.asyncIterator]().next();
  const shooter = python(sender.pid, [join(import.meta.dirname, 'send.py'), mac]);
  const lines = createInterface({ input: shooter.stdout })[Symbol.asyncIterator]();
  // The tool is in the lab's trees.
  await must(`chroot ${BASE} ipset restore <<'EOT'\n${IPSETS}EOT\n`);
  const ipset = await must(`chroot ${BASE} ipset save`);
  let port = 1024;
  let legacy = false;

  return {
    async round(tool, text, packets) {
      const clear = legacy ? `; ${empty('iptables-legacy')}; ${empty('ip6tables-legacy')}` : '';
      await must(`nft flush ruleset${clear}`);
      legacy = tool.endsWith('-legacy');
      const restore = tool === 'nft' ? 'nft -f -' : `${tool}-restore`;
      const { code, out } = await inside.run(`${restore} <<'EOT'\n${text}\nEOT\n`);
      if (code !== 0) return { refused: out, before: {}, after: {}, packets: [], fates: [] };
      const before = { ...sections(await must(dumps(tool, false))), ipset };
      await must(`nft -f - <<'EOT'\n${RECORDER}EOT\n`);
      const numbered = packets.map(({ from, to, port: dport }) => {
        port = port >= 65_000 ? 1024 : port + 1;
        // Whatever rules redirect may not be told from what the listener holds already.
        while (LISTENING.includes(port)) port++;
        return { from, to, port: dport, sport: port };
      });
      shooter.stdin.write(`${JSON.stringify(numbered.map((one) => [one.from, one.to, one.sport, one.port]))}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('the sender ended');
      const replies = JSON.parse(value) as Record<string, string>;
      const after = sections(await must(dumps(tool, true)));
      const [accepted, forwarded] = ['accepted', 'forwarded'].map((set) => noted(after['recorder'] ?? '', set));
      const fates = numbered.map(({ sport }): Fate => {
        const said = replies[String(sport)];
        const answered = said === 'answer';
        if (accepted?.has(sport)) return { request: `accept ${accepted.get(sport)}`, answered };
        if (forwarded?.has(sport)) return { request: `forward ${forwarded.get(sport)}`, answered };
        return { request: said ?? 'drop', answered };
      });
      return { before, after, packets: numbered, fates };
    },
    async destroy() {
      inside.end();
      outside.end();
      shooter.stdin.end();
      shooter.kill('SIGKILL');
      listener.kill('SIGKILL');
      await release(name);
    },
  };
}
