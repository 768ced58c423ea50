import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { Peer, Seen } from './peers.ts';

/** Debian's package, unpacked and not installed, because then it would start. It brings its hub with it (usr/share/crowdsec/hub). */
function unpacked(): string | undefined {
  try {
    const script = path.join(import.meta.dirname, '../scripts/debian-packages.sh');
    return execFileSync('sh', [script, 'crowdsec'], { encoding: 'utf8', timeout: 300_000 }).trim();
  } catch {
    return undefined;
  }
}

/** A configuration with the parsers of its collection for sshd, and its database, in `folder`. */
function configured(root: string, folder: string, port: number): string {
  const etc = path.join(folder, 'crowdsec');
  const hub = path.join(root, 'usr/share/crowdsec/hub');
  for (const name of ['data', 'dump', 'scenarios', 'postoverflows', 'acquis.d'])
    mkdirSync(path.join(etc, name), { recursive: true });
  for (const parser of ['s00-raw/syslog-logs', 's01-parse/sshd-logs', 's02-enrich/dateparse-enrich']) {
    const [stage = '', name = ''] = parser.split('/');
    mkdirSync(path.join(etc, 'parsers', stage), { recursive: true });
    symlinkSync(
      path.join(hub, 'parsers', stage, 'crowdsecurity', `${name}.yaml`),
      path.join(etc, 'parsers', stage, `${name}.yaml`),
    );
  }
  for (const name of ['patterns', 'profiles.yaml', 'simulation.yaml'])
    cpSync(path.join(root, 'etc/crowdsec', name), path.join(etc, name), { recursive: true });
  writeFileSync(path.join(etc, 'acquis.yaml'), '');
  const config = path.join(etc, 'config.yaml');
  const text = {
    common: { daemonize: false, log_media: 'stdout', log_level: 'error', working_dir: '.' },
    config_paths: {
      config_dir: `${etc}/`,
      data_dir: `${etc}/data/`,
      simulation_path: `${etc}/simulation.yaml`,
      hub_dir: `${hub}/`,
      index_path: `${hub}/.index.json`,
      notification_dir: `${etc}/notifications/`,
      plugin_dir: `${etc}/plugins/`,
    },
    crowdsec_service: { acquisition_path: `${etc}/acquis.yaml`, parser_routines: 1 },
    cscli: { output: 'human' },
    db_config: { log_level: 'error', type: 'sqlite', db_path: `${etc}/data/crowdsec.db` },
    api: {
      client: { credentials_path: `${etc}/credentials.yaml` },
      server: { log_level: 'error', listen_uri: `127.0.0.1:${port}`, profiles_path: `${etc}/profiles.yaml` },
    },
    prometheus: { enabled: false },
  };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(text));
  writeFileSync(path.join(etc, 'credentials.yaml'), `url: http://127.0.0.1:${port}/\n`);
  return config;
}

interface Dump {
  readonly [stage: string]: Readonly<
    Record<
      string,
      readonly {
        readonly success: boolean;
        readonly evt: { readonly Line: { readonly Raw: string }; readonly Meta: Record<string, string> };
      }[]
    >
  >;
}

/** crowdsec reads the file once and writes down what each of its parsers did with each line. */
export function crowdsec(port: number): Peer {
  return (lines, folder) => {
    const root = unpacked();
    if (root === undefined) return 'the package could not be had';
    const config = configured(root, folder, port);
    const etc = path.dirname(config);
    const file = path.join(folder, 'crowdsec.log');
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    // The parsers alone would do, but it does not start without its own API to tell.
    spawnSync(path.join(root, 'usr/bin/cscli'), [
      ...['-c', config, 'machines', 'add', 'bench', '--password', 'of-this-run-alone', '--force'],
      ...['-f', path.join(etc, 'credentials.yaml')],
    ]);
    const ran = spawnSync(
      path.join(root, 'usr/bin/crowdsec'),
      ['-c', config, '-dsn', `file://${file}`, '-type', 'syslog', '-no-capi', '-dump-data', path.join(etc, 'dump')],
      { encoding: 'utf8', timeout: 120_000 },
    );
    const dump = path.join(etc, 'dump/parser-dump.yaml');
    if (!existsSync(dump)) return `it did not run: ${ran.stderr.trim().split('\n').at(-1) ?? ''}`;
    const byLine = new Map<string, Seen>();
    const stages = parse(readFileSync(dump, 'utf8'), { maxAliasCount: -1 }) as Dump;
    for (const { success, evt } of stages['s01-parse']?.['crowdsecurity/sshd-logs'] ?? []) {
      if (!success) continue;
      const { source_ip: address, target_user: user, log_type: reason } = evt.Meta;
      byLine.set(evt.Line.Raw, { ...(address && { address }), ...(user && { user }), ...(reason && { reason }) });
    }
    return lines.map((line) => byLine.get(line));
  };
}
