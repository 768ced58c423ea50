import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/free-port.ts';

/** A daemon of a test: of this process alone, on loopback, its files in a folder of the test. */
export interface Daemon {
  readonly port: number;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** After `kill`, as it was. */
  start(): Promise<void>;
}

/** The folder of a package and of the libraries that this machine has not. */
const unpacked = (name: string): string =>
  execFileSync('sh', [path.join(import.meta.dirname, '../../scripts/debian-packages.sh'), name], {
    encoding: 'utf8',
  }).trim();
const librariesIn = (dir: string): string => {
  const machine = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  return [`${dir}/usr/lib/${machine}`, `${dir}/lib/${machine}`].join(':');
};

/** Different ports at which nobody listens. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

async function daemon(name: string, args: readonly string[], port: number, log: string): Promise<Daemon> {
  let child: ChildProcess | undefined;
  const dir = unpacked(name);
  const end = (): void => void child?.kill('SIGKILL');
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    const [was] = [child];
    child = undefined;
    process.off('exit', end);
    if (was === undefined || was.exitCode !== null || was.signalCode !== null) return;
    const gone = once(was, 'exit');
    was.kill(signal);
    await gone;
  };
  const start = async (): Promise<void> => {
    const out = openSync(log, 'a');
    process.once('exit', end);
    child = spawn(path.join(dir, 'usr/sbin', name), args, {
      stdio: ['ignore', out, out],
      env: { ...process.env, LD_LIBRARY_PATH: librariesIn(dir) },
    });
    await answering(port, child, log);
  };
  await start();
  return { port, kill, start };
}

async function answering(port: number, child: ChildProcess, log: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`the daemon ended, see ${log}`);
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise((done) => socket.once('connect', () => done(true)).once('error', () => done(false)));
    socket.destroy();
    if (open) return;
    await sleep(50);
  }
  throw new Error(`the daemon does not answer on ${port}, see ${log}`);
}

/** A nats-server with JetStream. `more` is appended to its configuration. */
export async function nats(dir: string, port: number, more = ''): Promise<Daemon> {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, 'nats.conf');
  writeFileSync(
    file,
    `listen: 127.0.0.1:${port}\njetstream { store_dir: "${dir}/js", max_mem: 64MB, max_file: 64GB }\n${more}\n`,
  );
  return await daemon('nats-server', ['-c', file], port, path.join(dir, 'log'));
}

/** Three of them that are one cluster. */
export async function natsCluster(dir: string, more = ''): Promise<readonly Daemon[]> {
  const ports = await freePorts(6);
  const routes = ports.slice(3).map((port) => `nats-route://127.0.0.1:${port}`);
  return await Promise.all(
    ports
      .slice(0, 3)
      .map((port, index) =>
        nats(
          path.join(dir, `n${index}`),
          port,
          `server_name: n${index}\ncluster { name: c, listen: "127.0.0.1:${ports[index + 3]}", routes: [${routes.join(', ')}] }\n${more}`,
        ),
      ),
  );
}

/** A ClickHouse of 18.16: its configuration is in the form of that time. */
export async function clickhouse(
  dir: string,
  password = 'a quoted "pass\'word',
): Promise<Daemon & { readonly url: string }> {
  const [http = 0, tcp = 0] = await freePorts(2);
  for (const sub of ['data', 'tmp', 'files']) mkdirSync(path.join(dir, sub), { recursive: true });
  writeFileSync(
    path.join(dir, 'config.xml'),
    `<yandex><logger><level>warning</level><log>${dir}/server.log</log><errorlog>${dir}/error.log</errorlog></logger>
<http_port>${http}</http_port><tcp_port>${tcp}</tcp_port><listen_host>127.0.0.1</listen_host>
<path>${dir}/data/</path><tmp_path>${dir}/tmp/</tmp_path><user_files_path>${dir}/files/</user_files_path>
<format_schema_path>${dir}/files/</format_schema_path><users_config>${dir}/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>67108864</mark_cache_size></yandex>`,
  );
  writeFileSync(
    path.join(dir, 'users.xml'),
    `<yandex><profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles>
<users><default><password>${password.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</password>
<networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
<quotas><default/></quotas></yandex>`,
  );
  const made = await daemon('clickhouse-server', [`--config-file=${dir}/config.xml`], http, path.join(dir, 'log'));
  return { ...made, url: `clickhouse://default:${encodeURIComponent(password)}@127.0.0.1:${http}/` };
}
