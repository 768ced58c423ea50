import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createCgroup } from '../../lab/cgroup.ts';
import { claimName, RUN_DIR, release } from '../../lab/cleanup.ts';
import { startPlace } from '../../lab/net.ts';

export interface Packet {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** What the kernel did with a packet: let it in, threw it away, or answered (`reset`, or `icmp CODE`). */
export type Fate = 'accept' | 'drop' | string;

export interface Kernel {
  /** Loads rules into an empty filter; the complaint when the kernel or the tool does not take them. */
  load(tool: 'nft' | 'iptables' | 'ip6tables' | 'iptables-legacy', text: string): string | undefined;
  /** A dump of the rules, by the same commands as the collector's. */
  dump(command: readonly string[]): string;
  send(packets: readonly Packet[]): Promise<Fate[]>;
  destroy(): Promise<void>;
}

export const SERVER4 = '10.77.2.20';
export const SERVER6 = 'fd77:2::20';

/** After every other chain: what comes this far is let in. It is noted by its source port and goes no further. */
const RECORDER = `
table inet oracle_recorder {
  set accepted { type inet_service; size 65535; flags dynamic; }
  chain last {
    type filter hook input priority 2147483647; policy accept;
    tcp flags & (syn | ack) == syn add @accepted { tcp sport } drop
  }
}
`;

const SYSCTLS = [
  ...['net.ipv4.icmp_ratelimit=0', 'net.ipv4.icmp_ratemask=0', 'net.ipv6.icmp.ratelimit=0', 'net.ipv6.icmp.ratemask='],
  ...['net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0', 'net.netfilter.nf_conntrack_tcp_loose=1'],
];

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
  const inside = (argv: readonly string[], input = '', pid = filter.pid): { code: number | null; out: string } => {
    const ran = spawnSync('nsenter', ['-t', String(pid), '-n', '--', ...argv], {
      input,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      timeout: 30_000,
    });
    return { code: ran.status, out: ran.status === 0 ? ran.stdout : `${ran.stderr}` };
  };
  const must = (script: string, pid = filter.pid): string => {
    const { code, out } = inside(['sh', '-ec', script], '', pid);
    if (code !== 0) throw new Error(`${script}: ${out}`);
    return out;
  };
  must(`ip link add eth0 type veth peer name eth0 netns ${sender.pid}; ip link set eth0 up arp off`);
  // Nothing but our packets may come in.
  must('sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip link set eth0 up promisc on arp off', sender.pid);
  must(
    `${SYSCTLS.map((each) => `sysctl -qw ${each} 2>/dev/null || true`).join('; ')}
     ip addr add ${SERVER4}/24 dev eth0; ip addr add ${SERVER6}/64 dev eth0 nodad
     ip route add default dev eth0; ip -6 route add default dev eth0`,
  );
  const mac = must('cat /sys/class/net/eth0/address 2>/dev/null || true; ip -o link show eth0').match(
    /link\/ether (\S+)/,
  );
  const python = spawn(
    'nsenter',
    ['-t', String(sender.pid), '-n', '--', 'python3', join(import.meta.dirname, 'send.py'), mac?.[1] ?? ''],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  ) as unknown as ChildProcessWithoutNullStreams;
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  let port = 1024;

  return {
    load(tool, text) {
      must('nft flush ruleset');
      if (tool === 'nft') {
        const { code, out } = inside(['nft', '-f', '-'], text + RECORDER);
        return code === 0 ? undefined : out;
      }
      must(
        'iptables-legacy -F 2>/dev/null; iptables-legacy -X 2>/dev/null; iptables-legacy -P INPUT ACCEPT 2>/dev/null; true',
      );
      const restore = tool === 'iptables-legacy' ? 'iptables-legacy-restore' : `${tool}-restore`;
      const { code, out } = inside([restore], text);
      if (code !== 0) return out;
      const recorder = inside(['nft', '-f', '-'], RECORDER);
      if (recorder.code !== 0) throw new Error(recorder.out);
      return undefined;
    },
    dump: (command) => {
      const { code, out } = inside(command);
      if (code !== 0) throw new Error(`${command.join(' ')}: ${out}`);
      return out;
    },
    async send(packets) {
      const numbered = packets.map((packet) => {
        port = port >= 65_000 ? 1024 : port + 1;
        return [packet.from, packet.to, port, packet.port] as const;
      });
      python.stdin.write(`${JSON.stringify(numbered)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('the sender ended');
      const replies = JSON.parse(value) as Record<string, string>;
      const listed = JSON.parse(must('nft -j list set inet oracle_recorder accepted')) as {
        nftables: { set?: { elem?: (number | { elem: { val: number } })[] } }[];
      };
      const accepted = new Set<number>();
      for (const { set } of listed.nftables) {
        for (const each of set?.elem ?? []) accepted.add(typeof each === 'number' ? each : each.elem.val);
      }
      return numbered.map(([, , sport]) => (accepted.has(sport) ? 'accept' : (replies[String(sport)] ?? 'drop')));
    },
    async destroy() {
      python.stdin.end();
      python.kill('SIGKILL');
      await release(name);
    },
  };
}
