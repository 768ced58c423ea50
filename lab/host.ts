import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCgroup } from './cgroup.ts';
import { claimName, RUN_DIR, release } from './cleanup.ts';
import { type Ran, type RunOptions, waitFor } from './command.ts';
import {
  BASTION,
  clientAddress,
  clientFolder,
  connect,
  type Machine,
  machine,
  startClient,
  startPlace,
  type Topology,
} from './net.ts';
import { SERVER, SERVER6, type Suite, seedOf } from './seed.ts';

export interface LabOptions {
  readonly suite: Suite;
  readonly topology?: Topology;
  /** Size of everything that the host can write, as tmpfs(5) takes it; default 256m. */
  readonly disk?: string;
  /** The host is told of the load of the machine that the lab runs on, which otherwise it does not see. */
  readonly loaded?: boolean;
}

export interface Login extends RunOptions {
  /** Default `alice@web1`. */
  readonly to?: string;
  /** Arguments of ssh(1); they win over the lab's own, because ssh takes the first value of an option. */
  readonly args?: readonly string[];
  /** What to run on the server; default `true`. */
  readonly command?: string;
  /** Typed when ssh asks for one; without it ssh runs with BatchMode=yes. */
  readonly password?: string;
}

export interface Client extends Machine {
  /** A real login, by the real ssh. */
  ssh(login?: Login): Promise<Ran>;
}

/** A booted server and the client that can log in to it. */
export interface Lab {
  readonly name: string;
  readonly suite: Suite;
  readonly host: Machine;
  readonly client: Client;
  readonly router?: Machine;
  /** Another host of the same suite, with the same accounts and keys, through which the client jumps. */
  readonly bastion?: Machine;
  /** Addresses as `$SERVER`, `$SERVER6`, `$CLIENT` see them; the name `web1` is the server on the client. */
  readonly env: Readonly<Record<string, string>>;
  /** Public key file, readable outside of the namespaces. */
  readonly publicKeyFile: string;
  /** Takes everything down; safe to repeat. */
  destroy(): Promise<void>;
}

// Writable: /proc/sys/net, which is the namespace's own, and no other part of the machine's /proc and /sys.
// The mounts live in the private mount namespace of systemd-nspawn: they end with it and never show outside.
const BOOT_SCRIPT = `
dir=$1 lower=$2 size=$3 name=$4 hostname=$5
mount -t tmpfs -o "size=$size,mode=755" tmpfs "$dir"
mkdir "$dir/upper" "$dir/work" "$dir/root"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$dir/upper,workdir=$dir/work" "$dir/root"
echo ready
read go
export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
# With --keep-unit a reboot of the host ends it with 133 (systemd-nspawn(1)).
while :; do
  rc=0
  systemd-nspawn -q -D "$dir/root" -b -M "$name" "--hostname=$hostname" --network-namespace-path=/proc/self/ns/net \\
  --register=no --keep-unit --capability=CAP_NET_ADMIN --console=pipe --resolv-conf=off --timezone=off --link-journal=no </dev/null >&2 || rc=$?
  [ "$rc" = 133 ] || exit "$rc"
done`;

/**
 * Boots a Debian host and a client beside it: systemd has settled, sshd listens, alice's key is accepted by it.
 * Throws when that does not happen within about half a minute; nothing is left then.
 */
export async function bootLab({ suite, topology = 'direct', disk = '256m', loaded = false }: LabOptions): Promise<Lab> {
  const name = claimName();
  // Two systemds need two cgroups.
  const jump = topology === 'bastion' ? claimName() : undefined;
  const destroy = async () => {
    await Promise.all([release(name), jump && release(jump)]);
  };
  try {
    const seed = await seedOf(suite);
    for (const each of [name, jump]) if (each !== undefined) createCgroup(each);
    const dir = join(RUN_DIR, name);
    for (const role of ['host', 'client', 'router']) mkdirSync(join(dir, role), { recursive: true });
    if (jump !== undefined) mkdirSync(jumpFolder(jump), { recursive: true });
    const log = openSync(join(dir, 'console.log'), 'w');
    const boot = (of: string, folder: string, hostname: string) =>
      startPlace(of, BOOT_SCRIPT, [folder, `${seed.layer}:${seed.base}`, disk, of, hostname], log);
    const [server, client, router, bastion] = await Promise.all([
      boot(name, join(dir, 'host'), 'web1'),
      startClient(name, 'client', seed.clientSsh, log),
      topology === 'router' ? startClient(name, 'router', seed.clientSsh, log) : undefined,
      jump === undefined ? undefined : boot(jump, jumpFolder(jump), 'bastion'),
    ]).finally(() => closeSync(log));
    await connect(topology, {
      client: client.pid,
      server: server.pid,
      ...(router && { router: router.pid }),
      ...(bastion && { bastion: bastion.pid }),
    });
    for (const place of [server, bastion]) place?.child.stdin?.end('go\n');
    const init = await waitFor('boot', 15_000, () => initOf(server.pid));
    const env = {
      SERVER,
      SERVER6,
      CLIENT: clientAddress(topology),
      BASTION,
      PUBKEY: seed.publicKey,
      KEYFILE: '/root/.ssh/id_ed25519',
    };
    const host = machine(name, init, ['-a'], env);
    const between =
      bastion && jump && machine(jump, await waitFor('boot', 15_000, () => initOf(bastion.pid)), ['-a'], env);
    const enter = ['-m', '-n'];
    const from = machine(name, client.pid, enter, { ...env, TMP: clientFolder(name, 'client') });
    const quiet = loaded ? '' : CALM;
    await Promise.all([settled(host, quiet), between && settled(between, quiet)]);
    if (between) {
      await between.run(`printf '127.0.0.1 localhost\\n127.0.1.1 bastion\\n${SERVER} web1\\n' >/etc/hosts`);
      await from.run(`printf 'Host web1\\n  ProxyJump alice@bastion\\n' >/root/.ssh/config`);
    }
    return {
      name,
      suite,
      host,
      client: withSsh(from),
      ...(router && { router: machine(name, router.pid, enter, { ...env, TMP: clientFolder(name, 'router') }) }),
      ...(between && { bastion: between }),
      env,
      publicKeyFile: seed.publicKeyFile,
      destroy,
    };
  } catch (error) {
    await destroy();
    throw error;
  }
}

const jumpFolder = (name: string): string => join(RUN_DIR, name, 'host');

/** Boots, calls, takes down. */
export async function withHost<T>(options: LabOptions, use: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await bootLab(options);
  try {
    return await use(lab);
  } finally {
    await lab.destroy();
  }
}

/** The container's init: below the process that runs systemd-nspawn, the one that is process 1 of its own namespace. */
export function initOf(place: number): number | undefined {
  const children = childrenOf(place);
  if (children === undefined) throw new Error('systemd-nspawn ended while the host was booting');
  return children
    .flatMap((child) => childrenOf(child) ?? [])
    .find((child) => {
      // Helpers of systemd-nspawn come and go beside the one that is looked for.
      const status = read(`/proc/${child}/status`) ?? '';
      return /^Name:\tsystemd$/m.test(status) && /^NSpid:\t\d+\t1$/m.test(status);
    });
}

function childrenOf(pid: number): readonly number[] | undefined {
  return read(`/proc/${pid}/task/${pid}/children`)
    ?.split(' ')
    .flatMap((child) => (child.trim() === '' ? [] : [Number(child)]));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

// Load and pressure are those of the whole machine, on which many hosts run at once; what one of them meets is its own.
const CALM = `
mkdir -p /run/calm; cd /run/calm
echo '0.10 0.10 0.10 1/80 99' >loadavg
for one in cpu io memory; do printf '%s avg10=0.00 avg60=0.00 avg300=0.00 total=0\\n' some full >$one; mount --bind $one /proc/pressure/$one; done
mount --bind loadavg /proc/loadavg`;

async function settled(host: Machine, first: string): Promise<void> {
  // Polling a file costs nothing; a shell inside the booting host would compete with it.
  await waitFor('sshd listens', 20_000, () => listens(host.pid, 22) || undefined);
  const state = await host.run(`${first}\nsystemctl is-system-running --wait`, { timeoutMs: 20_000 });
  if (!/^(running|degraded)/.test(state.stdout)) throw new Error(`host is ${state.stdout}${state.stderr}`);
  // Where the pids controller is a v1 hierarchy nspawn leaves it read-only; writable, TasksMax= of restarted units works.
  await host.run('mount -o remount,bind,rw /sys/fs/cgroup/pids 2>/dev/null');
}

/** True when a socket of the process's network namespace listens on the port, on any address. */
export function listens(pid: number, port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const listening = new RegExp(`^ *\\d+: [0-9A-F]+:${hex} [0-9A-F:]+ 0A `, 'm');
  return ['tcp', 'tcp6'].some((file) => listening.test(readFileSync(`/proc/${pid}/net/${file}`, 'utf8')));
}

// The password comes from the environment, so that no quoting stands between the case and ssh.
const ASKPASS_SCRIPT = `
printf '#!/bin/sh\\nprintf "%%s\\\\n" "$LAB_PASSWORD"\\n' >"$TMP/askpass"
chmod 700 "$TMP/askpass"
SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force exec "$@"`;

function withSsh(client: Machine): Client {
  const ssh: Client['ssh'] = ({ to = 'alice@web1', args = [], command = 'true', password, ...options } = {}) => {
    const mode = password === undefined ? '-oBatchMode=yes' : '-oNumberOfPasswordPrompts=1';
    const argv = ['ssh', ...args, '-oConnectTimeout=5', mode, to, command];
    if (password === undefined) return client.run(argv, options);
    const env = { LAB_PASSWORD: password, ...options.env };
    return client.run(['sh', '-c', ASKPASS_SCRIPT, 'sh', ...argv], { ...options, env });
  };
  return { ...client, ssh };
}
