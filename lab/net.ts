import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { procsFiles } from './cgroup.ts';
import { RUN_DIR } from './cleanup.ts';
import { CLEAN_ENV, type Ran, type RunOptions, run } from './command.ts';
import { SERVER, SERVER6 } from './seed.ts';

/** `router`: a machine that forwards stands between; `bastion`: one that does not, and that has to be jumped through. */
export const TOPOLOGIES = ['direct', 'router', 'bastion'] as const;
export type Topology = (typeof TOPOLOGIES)[number];

/** Addresses of the bastion: towards the client, towards the server. */
export const BASTION = '10.77.1.20';
export const BASTION_INSIDE = '10.77.2.30';

/** A machine's place: a process that holds its namespaces. Everything goes when the process ends. */
export interface Place {
  readonly pid: number;
  readonly child: ChildProcess;
}

/** Where scripts can be run: a client, router or host. */
export interface Machine {
  readonly pid: number;
  /** A string is a script for `sh -c`. Never throws for what the script does. */
  run(script: string | readonly string[], options?: RunOptions): Promise<Ran>;
}

/** The client's address as the server sees it: behind a bastion, that of the bastion. */
export const clientAddress = (topology: Topology): string =>
  ({ direct: '10.77.2.10', router: '10.77.1.10', bastion: BASTION_INSIDE })[topology];

// Moves into the lab's cgroup first, so that whatever a script leaves in the background ends with the lab.
const JOIN = 'files=$1; shift; for f in $files; do echo 0 >"$f"; done; exec "$@"';

function joined(name: string, all: boolean, argv: readonly string[]): string[] {
  return ['sh', '-c', JOIN, 'sh', procsFiles(name, all).join(' '), ...argv];
}

/** Runs inside the namespaces of a process; `flags` are those of nsenter(1). */
export function machine(name: string, pid: number, flags: readonly string[], env: Record<string, string>): Machine {
  return {
    pid,
    run: (script, options = {}) => {
      const argv = typeof script === 'string' ? ['sh', '-c', script] : script;
      const enter = ['nsenter', '-t', String(pid), ...flags, '--', ...argv];
      return run(joined(name, false, enter), { ...options, env: { ...env, ...options.env } });
    },
  };
}

/**
 * Starts a shell in a new network and mount namespace that runs `script` (with `args`) and must print `ready`.
 * The kernel kills it when the lab dies, however the lab dies.
 */
export async function startPlace(name: string, script: string, args: readonly string[], log: number): Promise<Place> {
  const unshare = ['unshare', '--mount', '--net', '--propagation', 'private', 'sh', '-ec', script, 'sh', ...args];
  const [command = '', ...rest] = joined(name, true, ['setpriv', '--pdeathsig', 'KILL', ...unshare]);
  const child = spawn(command, rest, { env: CLEAN_ENV, stdio: ['pipe', 'pipe', log], detached: true });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`namespace of ${name} ended with ${code}`)));
    child.stdout?.once('data', () => resolve());
  });
  child.stdin?.on('error', () => {});
  child.stdout?.resume();
  child.unref();
  if (child.pid === undefined) throw new Error('no process');
  return { pid: child.pid, child };
}

// /etc is an overlay and ~/.ssh a copy: what a case breaks on the client never reaches the machine the lab runs on.
const CLIENT_SCRIPT = `
dir=$1 ssh=$2
mkdir -p "$dir" /root/.ssh
mount -t tmpfs -o size=64m,mode=755 tmpfs "$dir"
cp -a "$ssh" "$dir/ssh"
mkdir "$dir/etc" "$dir/work" "$dir/tmp"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$dir/etc,workdir=$dir/work" /etc
rm -f /etc/resolv.conf /etc/hosts
: >/etc/resolv.conf
printf '127.0.0.1 localhost\\n${SERVER} web1\\n${BASTION} bastion\\n' >/etc/hosts
rm -rf /etc/ssh/ssh_config.d/*
mount --bind "$dir/ssh" /root/.ssh
ip link set lo up
echo ready
exec sleep infinity`;

/** Namespaces of a client or router; its temp folder is `$TMP` in scripts. */
export function startClient(name: string, role: string, clientSsh: string, log: number): Promise<Place> {
  return startPlace(name, CLIENT_SCRIPT, [clientFolder(name, role), clientSsh], log);
}

export const clientFolder = (name: string, role: string): string => join(RUN_DIR, name, role);

/** Joins the places with veth pairs, gives them addresses and routes. Throws when the kernel refuses. */
export async function connect(
  topology: Topology,
  pids: { client: number; server: number; router?: number; bastion?: number },
) {
  const { client, server, router, bastion } = pids;
  if (topology === 'bastion' && bastion !== undefined) {
    await ip(bastion, [
      `link add eth0 type veth peer name eth0 netns ${client}`,
      `link add eth1 type veth peer name eth0 netns ${server}`,
      ...address('eth0', BASTION, 'fd77:1::20'),
      ...address('eth1', BASTION_INSIDE, 'fd77:2::30'),
    ]);
    await ip(client, address('eth0', '10.77.1.10', 'fd77:1::10'));
    await ip(server, address('eth0', SERVER, SERVER6));
    return;
  }
  if (topology === 'direct' || router === undefined) {
    await ip(client, [
      `link add eth0 type veth peer name eth0 netns ${server}`,
      ...address('eth0', clientAddress('direct'), 'fd77:2::10'),
    ]);
    await ip(server, address('eth0', SERVER, SERVER6));
    return;
  }
  await ip(
    router,
    [
      `link add eth0 type veth peer name eth0 netns ${client}`,
      `link add eth1 type veth peer name eth0 netns ${server}`,
      ...address('eth0', '10.77.1.1', 'fd77:1::1'),
      ...address('eth1', '10.77.2.1', 'fd77:2::1'),
    ],
    FORWARDS,
  );
  await ip(client, [...address('eth0', '10.77.1.10', 'fd77:1::10'), ...defaultVia('10.77.1.1', 'fd77:1::1')]);
  await ip(server, [...address('eth0', SERVER, SERVER6), ...defaultVia('10.77.2.1', 'fd77:2::1')]);
}

// nodad: a tentative address cannot be used for a second (RFC 4862, 5.4).
function address(device: string, v4: string, v6: string): string[] {
  return [`addr add ${v4}/24 dev ${device}`, `addr add ${v6}/64 dev ${device} nodad`, `link set ${device} up`];
}

function defaultVia(v4: string, v6: string): string[] {
  return [`route add default via ${v4}`, `route add default via ${v6}`];
}

const SYSCTLS = ['net.ipv4.icmp_ratelimit=0', 'net.ipv6.icmp.ratelimit=0', 'net.ipv4.ip_forward=0'];
const FORWARDS = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'];

async function ip(pid: number, lines: readonly string[], sysctls: readonly string[] = []): Promise<void> {
  const script = `sysctl -qew ${[...SYSCTLS, ...sysctls].join(' ')}; ip link set lo up; exec ip -batch -`;
  const argv = ['nsenter', '-t', String(pid), '-n', 'sh', '-c', script];
  const ran = await run(argv, { input: lines.map((line) => `${line}\n`).join('') });
  if (ran.code !== 0) throw new Error(`ip: ${ran.stderr}`);
}
