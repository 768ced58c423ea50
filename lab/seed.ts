import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RUN_DIR } from './cleanup.ts';
import { run } from './command.ts';

export const SUITES = ['bullseye', 'bookworm', 'trixie'] as const;
export type Suite = (typeof SUITES)[number];

/** Password of bob, who may log in with it. */
export const PASSWORD = 'correct horse battery staple';

/** Files of a run that all its hosts of one suite share. */
export interface Seed {
  /** Cached Debian tree; never written to. */
  readonly base: string;
  /** Layer over it: accounts, authorized keys, a settled machine. */
  readonly layer: string;
  /** Template of the client's `~/.ssh`: `id_ed25519`, `id_ed25519.pub`, `known_hosts`. */
  readonly clientSsh: string;
  /** The public key, readable from outside of the namespaces. */
  readonly publicKeyFile: string;
  readonly publicKey: string;
}

/** Where the server is, in either topology. */
export const SERVER = '10.77.2.20';
export const SERVER6 = 'fd77:2::20';

/** What the client's known_hosts has a line for; 2222 is the other port that cases may use. 10.77.1.20 is the bastion. */
const NAMES = ['web1', SERVER, SERVER6, '[web1]:2222', `[${SERVER}]:2222`, 'bastion', '10.77.1.20'];

const seeds = new Map<Suite, Promise<Seed>>();

/** Builds (once) what the hosts of a suite are booted from. Throws when the base tree cannot be built. */
export function seedOf(suite: Suite): Promise<Seed> {
  let seed = seeds.get(suite);
  if (!seed) seeds.set(suite, (seed = build(suite)));
  return seed;
}

async function build(suite: Suite): Promise<Seed> {
  const base = join(process.env['SSHWHY_LAB_CACHE'] ?? '/var/cache/sshwhy-lab', `base-${suite}`);
  const script = join(import.meta.dirname, 'base.sh');
  const made = await run(['sh', script, suite, base], { timeoutMs: 600_000 });
  if (made.code !== 0) throw new Error(`cannot build ${base}:\n${made.stderr.slice(-2000)}`);
  const home = join(RUN_DIR, `seed-${suite}`);
  const [layer, clientSsh] = [join(home, 'layer'), join(home, 'client-ssh')];
  folder(clientSsh, 0o700);
  const keyFile = join(clientSsh, 'id_ed25519');
  await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'root@client', '-f', keyFile]);
  const publicKey = readFileSync(`${keyFile}.pub`, 'utf8').trim();
  const hash = (await must(['openssl', 'passwd', '-6', PASSWORD])).trim();
  copyFileSync(`${keyFile}.pub`, join(home, 'key.pub'));
  write(join(clientSsh, 'known_hosts'), knownHosts(join(base, 'etc/ssh')), 0o600);
  writeLayer(layer, base, publicKey, hash);
  return { base, layer, clientSsh, publicKeyFile: join(home, 'key.pub'), publicKey };
}

function writeLayer(layer: string, base: string, publicKey: string, hash: string): void {
  for (const dir of ['', 'etc', 'var', 'home']) folder(join(layer, dir), 0o755);
  const append = (file: string, lines: string, mode: number, gid = 0) => {
    write(join(layer, file), readFileSync(join(base, file), 'utf8') + lines, mode);
    chownSync(join(layer, file), 0, gid);
  };
  const shadowGid = Number(/^shadow:[^:]*:(\d+):/m.exec(readFileSync(join(base, 'etc/group'), 'utf8'))?.[1] ?? 0);
  append('etc/passwd', 'alice:x:1000:1000::/home/alice:/bin/bash\nbob:x:1001:1001::/home/bob:/bin/bash\n', 0o644);
  append('etc/group', 'alice:x:1000:\nbob:x:1001:\n', 0o644);
  append('etc/shadow', `alice:!:20000:0:99999:7:::\nbob:${hash}:20000:0:99999:7:::\n`, 0o640, shadowGid);
  append('etc/gshadow', 'alice:!::\nbob:!::\n', 0o640, shadowGid);
  for (const [user, id] of [
    ['alice', 1000],
    ['bob', 1001],
  ] as const) {
    const home = join(layer, 'home', user);
    folder(home, 0o755, id);
    folder(join(home, '.ssh'), 0o700, id);
    write(join(home, '.ssh/authorized_keys'), `${publicKey}\n`, 0o600, id);
  }
  write(join(layer, 'etc/hosts'), '127.0.0.1 localhost\n127.0.1.1 web1\n::1 localhost\n', 0o644);
  write(join(layer, 'etc/hostname'), 'web1\n', 0o644);
  // A known machine whose /etc and /var are up to date does no first-boot work (systemd.unit(5), ConditionNeedsUpdate=).
  write(join(layer, 'etc/machine-id'), '5c0f6ab1d7e24c0f8a3b9e1d2c4f6071\n', 0o444);
  const updated = '# settled\nTIMESTAMP_NSEC=4000000000000000000\n';
  for (const dir of ['etc', 'var']) write(join(layer, dir, '.updated'), updated, 0o644);
}

function knownHosts(dir: string): string {
  return readdirSync(dir)
    .filter((name) => /^ssh_host_.*\.pub$/.test(name))
    .map((name) => readFileSync(join(dir, name), 'utf8').split(' ').slice(0, 2).join(' ').trim())
    .flatMap((key) => NAMES.map((name) => `${name} ${key}\n`))
    .join('');
}

function folder(path: string, mode: number, id = 0): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  chownSync(path, id, id);
}

function write(path: string, text: string, mode: number, id = 0): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  chownSync(path, id, id);
}

async function must(argv: readonly string[]): Promise<string> {
  const ran = await run(argv);
  if (ran.code !== 0) throw new Error(`${argv.join(' ')}: ${ran.stderr}`);
  return ran.stdout;
}
