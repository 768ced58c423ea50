import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as service from '../../src/app/watch-service.ts';
import { CENTRAL_SERVICE, WATCH_SERVICE } from '../../src/app/watch-service-kinds.ts';
import * as state from '../../src/app/watch-service-status.ts';
import { needsNetwork, placeProblem, type Step, unitText, unitWord } from '../../src/app/watch-unit.ts';
import { parseListen } from '../../src/collect/metrics/serve.ts';
import type { ServiceHost, Told } from '../../src/collect/service-host.ts';
import { LookError, UsageError } from '../../src/model/errors.ts';
import type { Installed } from '../../src/model/watch-service.ts';
import * as report from '../../src/report/watch-service.ts';

const PROGRAM = { node: '/usr/bin/node', program: '/usr/local/lib/node_modules/sshwhy/dist/sshwhy.js' };
const CONFIG = '/etc/sshwhy/watch.yaml';
const UNIT_FILE = WATCH_SERVICE.unitFile;
const { planText, statusText } = report;

// The watch of this machine.
const planService = (host: ServiceHost, what: service.Program) => service.planService(host, what, WATCH_SERVICE);
const installService = (host: ServiceHost, what: service.Program) => service.installService(host, what, WATCH_SERVICE);
const uninstallService = (host: ServiceHost, purge: boolean) => service.uninstallService(host, purge, WATCH_SERVICE);
const serviceStatus = (host: ServiceHost) => state.serviceStatus(host, WATCH_SERVICE);
const installedText = (installed: Installed, o: { color: boolean }) =>
  report.installedText(installed, { ...o, status: WATCH_SERVICE.status });
const uninstalledText = (gone: readonly string[], purge: boolean) => report.uninstalledText(gone, purge, WATCH_SERVICE);

interface Fake extends ServiceHost {
  readonly files: Map<string, string>;
  readonly ran: string[];
}

/** A machine of a few files; `says` is what systemctl answers by its first word. */
function fake(o: {
  files?: Record<string, string>;
  says?: Record<string, Partial<Told>>;
  stat?: Record<string, Partial<Step>>;
  health?: string;
  root?: boolean;
  systemd?: boolean;
  container?: boolean;
}): Fake {
  const files = new Map(Object.entries(o.files ?? {}));
  const ran: string[] = [];
  return {
    files,
    ran,
    root: o.root ?? true,
    systemd: o.systemd ?? true,
    container: o.container ?? false,
    systemctl: async (...words) => {
      if (words[0] !== '--version') ran.push(words.join(' '));
      return { code: 0, out: '', err: '', ...o.says?.[words[0] ?? ''] };
    },
    journal: async () => 'it says\n\u001b[31mno\n',
    read: (file) => files.get(file),
    write: (file, text) => void files.set(file, text),
    remove: (file) => files.delete(file),
    removeFolderIfEmpty: () => {},
    groups: () => new Set(['adm', 'systemd-journal', 'users']),
    way: (file) =>
      file.split('/').map((_, i, words) => {
        const step = words.slice(0, i + 1).join('/') || '/';
        const directory = step !== file;
        return { path: step, uid: 0, gid: 0, mode: 0o755, directory, ...o.stat?.[step] };
      }),
    ask: async () => o.health,
  };
}

describe('the unit', () => {
  it('names the program with nothing in it that systemd expands', () => {
    expect(unitWord('/usr/bin/node')).toBe('/usr/bin/node');
    expect(unitWord('/opt/my node/%n/$HOME/a"b')).toBe('"/opt/my node/%%n/$$HOME/a\\"b"');
  });

  it('keeps the network away unless watch.yaml names other machines', () => {
    const reaches = (config: unknown): boolean => needsNetwork(config, (listen) => parseListen(listen).loopback);
    expect(reaches(undefined)).toBe(false);
    expect(reaches({ metrics: { listen: '127.0.0.1:9622' }, alerts: {}, otlp: null })).toBe(false);
    expect(reaches({ alerts: { channels: [] } })).toBe(false);
    expect(reaches({ alerts: { channels: [{ slack: 'x' }] } })).toBe(true);
    expect(reaches({ alerts: { mail: 'x' } })).toBe(true);
    expect(reaches({ otlp: { url: 'http://collector:4318' } })).toBe(true);
    expect(reaches({ publish: { nats: 'x' } })).toBe(true);
    expect(reaches({ store: { path: 'clickhouse://db' } })).toBe(true);
    expect(reaches({ metrics: { listen: '0.0.0.0:9622' } })).toBe(true);
    expect(reaches({ store: 'clickhouse://u@127.0.0.1:8123/x', from: 'nats://[::1]:4222,localhost' })).toBe(false);
    for (const from of [
      'nats://127.0.0.1,broker',
      'tls://127.0.0.1@broker',
      'nats://localhost.example.org',
      'nats://x',
    ])
      expect(reaches({ from })).toBe(true);
    const parts = { ...PROGRAM, groups: ['adm'], bootHidden: false, heapMb: 320 };
    expect(unitText('@NETWORK@', { ...parts, network: false })).toMatch(/^IPAddressDeny=any$/m);
    expect(unitText('@NETWORK@', { ...parts, network: true })).not.toMatch(/^IPAddressDeny/m);
  });
});

describe('a container', () => {
  it('keeps the number of its boot where systemd would show another one', async () => {
    const unit = async (container: boolean, release: number) =>
      (await planService(fake({ container, says: { '--version': { out: `systemd ${release} (x)\n` } } }), PROGRAM)).unit
        .text;
    for (const [container, release] of [
      [false, 252],
      [true, 247],
      [true, 257],
    ] as const)
      expect(await unit(container, release)).toMatch(/^ProtectKernelTunables=yes$/m);
    expect(await unit(true, 252)).not.toMatch(/^Protect(KernelTunables|ControlGroups|Proc)=/m);
  });
});

describe('the executable that has Node.js inside', () => {
  it('is started alone, and its heap is bounded all the same', () => {
    const parts = { node: '/usr/bin/sshwhy', groups: ['adm'], bootHidden: false, network: false, heapMb: 320 };
    const text = unitText(readFileSync('packaging/systemd/sshwhy-watch.service', 'utf8'), parts);
    expect(text).toContain('\nExecStart=/usr/bin/sshwhy watch --config /etc/sshwhy/watch.yaml\n');
    expect(text).toContain('\nEnvironment=NODE_OPTIONS=--max-old-space-size=320\n');
    expect(text).not.toMatch(/@[A-Z]+@/);
  });
});

describe('where the program lies', () => {
  const way = (file: string, stat: Record<string, Partial<Step>> = {}) => fake({ stat }).way(file);
  it('has to be for everybody to read and for root alone to change', () => {
    expect(placeProblem(way('/usr/bin/node') as Step[])).toBeUndefined();
    for (const file of ['/home/alice/.nvm/bin/node', '/root/sshwhy/dist/sshwhy.js', '/tmp/x.js', '/var/tmp/x.js'])
      expect(placeProblem(way(file) as Step[])).toMatch(/does not see/);
    const problem = (stat: Partial<Step>, of = '/opt/sshwhy') =>
      placeProblem(way('/opt/sshwhy/x.js', { [of]: stat }) as Step[]);
    expect(problem({ mode: 0o750 })).toMatch(/\/opt\/sshwhy cannot be entered/);
    expect(problem({ mode: 0o640 }, '/opt/sshwhy/x.js')).toMatch(/cannot be read/);
    expect(problem({ uid: 1000 })).toMatch(/another user/);
    expect(problem({ mode: 0o777 })).toMatch(/by everybody/);
    expect(problem({ mode: 0o775, gid: 1000 })).toMatch(/by a group/);
    expect(problem({ mode: 0o775 })).toBeUndefined();
  });

  it('is refused with what helps', async () => {
    const at = (what: { node: string; program: string }) => () => planService(fake({}), what);
    await expect(at({ ...PROGRAM, program: "/home/a b/it's/dist/sshwhy.js" })()).rejects.toThrow(
      /cd '\/home\/a b\/it'\\''s' && npm pack && sudo npm install -g/,
    );
    await expect(at({ ...PROGRAM, node: '/home/alice/.nvm/node' })()).rejects.toThrow(
      /install Node\.js .* for the whole machine/,
    );
    await expect(at(PROGRAM)()).resolves.toBeDefined();
  });
});

describe('install', () => {
  it('writes the unit and a first watch.yaml, and starts it', async () => {
    const host = fake({});
    const installed = await installService(host, PROGRAM);
    expect(installed.outcome).toBe('started');
    const unit = host.files.get(UNIT_FILE) ?? '';
    expect(unit).toContain(
      `ExecStart=/usr/bin/node --max-old-space-size=320 ${PROGRAM.program} watch --config /etc/sshwhy/watch.yaml\n`,
    );
    expect(unit).toContain('SupplementaryGroups=systemd-journal adm\n');
    expect(unit).not.toMatch(/@[A-Z]+@/);
    expect(host.files.get(CONFIG)).toMatch(/^metrics:/m);
    expect(host.ran).toEqual(['daemon-reload', 'enable sshwhy-watch.service', 'restart sshwhy-watch.service']);
    expect(installedText(installed, { color: false })).toMatch(/may talk to this machine only/);
  });

  it('never changes a watch.yaml that is there, and lets what it names through', async () => {
    const yaml = '# mine\notlp:\n  endpoint: http://collector:4318/v1/logs\n';
    const host = fake({ files: { [CONFIG]: yaml } });
    expect((await installService(host, PROGRAM)).plan.network).toBe(true);
    expect(host.files.get(CONFIG)).toBe(yaml);
    expect(host.files.get(UNIT_FILE)).not.toMatch(/^IPAddressDeny/m);
  });

  it('changes nothing when it only shows', async () => {
    const host = fake({ root: false });
    const text = planText(await planService(host, PROGRAM), { color: false });
    expect(text).toMatch(/^# \/etc\/systemd\/system\/sshwhy-watch\.service$/m);
    expect(text).toMatch(/^DynamicUser=yes$/m);
    expect(text).toMatch(/^systemctl enable sshwhy-watch\.service$/m);
    expect(host.files.size + host.ran.length).toBe(0);
  });

  it('takes a new unit away again when it does not start, and shows what it said', async () => {
    const host = fake({ says: { restart: { code: 1, err: 'failed' } } });
    const installed = await installService(host, PROGRAM);
    expect(installed.outcome).toBe('failed');
    expect(host.files.has(UNIT_FILE)).toBe(false);
    expect(installedText(installed, { color: false })).toContain('\\x1b[31mno');
  });

  it('takes no watch.yaml that says what it cannot mean', async () => {
    const host = fake({ files: { [CONFIG]: 'metrics: { listne: 9622 }\n' } });
    await expect(installService(host, PROGRAM)).rejects.toThrow(/watch\.yaml.*listne/s);
    expect(host.ran).toEqual([]);
  });

  it('needs root and systemd, readable YAML, and a unit of its own', async () => {
    await expect(installService(fake({ root: false }), PROGRAM)).rejects.toThrow(/sudo sshwhy watch install/);
    await expect(installService(fake({ systemd: false }), PROGRAM)).rejects.toThrow(LookError);
    await expect(installService(fake({ files: { [CONFIG]: 'a: [' } }), PROGRAM)).rejects.toThrow(UsageError);
    const foreign = fake({ files: { [UNIT_FILE]: '[Unit]\n' } });
    await expect(installService(foreign, PROGRAM)).rejects.toThrow(/not written by sshwhy/);
    await expect(uninstallService(foreign, true)).rejects.toThrow(/not written by sshwhy/);
    expect(foreign.files.get(UNIT_FILE)).toBe('[Unit]\n');
  });
});

describe('uninstall', () => {
  const installed = () =>
    fake({
      files: {
        [UNIT_FILE]: '# Written by `sshwhy watch install`\n',
        [CONFIG]: 'x',
        '/var/lib/private/sshwhy-watch': 'd',
      },
    });
  it('keeps the events and watch.yaml', async () => {
    const host = installed();
    const gone = await uninstallService(host, false);
    expect([...host.files.keys()]).toEqual([CONFIG, '/var/lib/private/sshwhy-watch']);
    expect(uninstalledText(gone, false)).toMatch(/were kept/);
  });
  it('takes them with --purge, and may be asked for twice', async () => {
    const host = installed();
    await uninstallService(host, true);
    expect(host.files.size).toBe(0);
    expect(uninstalledText(await uninstallService(host, true), true)).toMatch(/^Nothing of sshwhy/);
  });
});

describe('status', () => {
  const show = (more: Record<string, string> = {}): Record<string, Partial<Told>> => ({
    show: {
      out: Object.entries({
        LoadState: 'loaded',
        UnitFileState: 'enabled',
        ActiveState: 'active',
        SubState: 'running',
        Result: 'success',
        MainPID: '812',
        NRestarts: '1',
        MemoryCurrent: '73400320',
        ActiveEnterTimestamp: '@1795600000',
        ...more,
      })
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    },
  });
  const health = JSON.stringify({
    startedAt: 1,
    lastLineAt: 1_795_600_055_000,
    lastEventAt: 1_795_600_050_000,
    lagMs: 1500,
    lines: { read: 120, typed: 40, unparsed: 3 },
    store: { events: 40, bytes: 65_536, limitBytes: 1_073_741_824 },
    incidents: { page: 1, notice: 0, note: 2 },
    sources: [{ source: 'journal' }, { source: '/var/log/\u001b[1mx', unreadable: 'EACCES' }],
  });
  const now = 1_795_600_060_000;

  it('shows what systemd and the watch itself say, and what cannot be read', async () => {
    const told = await serviceStatus(fake({ says: show(), health }));
    expect(told.unit).toMatchObject({
      state: 'active',
      pid: 812,
      restarts: 1,
      memoryBytes: 73_400_320,
      since: 1_795_600_000_000,
    });
    expect(told.problems).toHaveLength(1);
    expect(statusText(told, { color: false, now })).toMatchInlineSnapshot(`
      "service     active since 2026-11-25T09:46:40Z, 60 s ago, process 812, 70 MiB of memory
      restarts    1, by systemd, because it had ended
      last line   2026-11-25T09:47:35Z, 5 s ago
      last event  2026-11-25T09:47:30Z, 10 s ago
      lag         2 s: so old was the last event when it was counted
      lines       120 read, 40 of them events, 3 in no known form
      store       40 events, 64 KiB of 1024 MiB
      incidents   1 for now, 0 for the morning, 2 notes
      reads       journal
      ✖ /var/log/\\x1b[1mx cannot be read: EACCES
      "
    `);
  });

  it('says what to do when it is not there, does not run, or does not answer', async () => {
    const problems = async (more: Record<string, string>, said?: string) =>
      (await serviceStatus(fake({ says: show(more), ...(said === undefined ? {} : { health: said }) }))).problems.join(
        '\n',
      );
    expect(await problems({ LoadState: 'not-found', ActiveState: 'inactive' })).toMatch(/sudo sshwhy watch install/);
    expect(await problems({ ActiveState: 'failed', Result: 'exit-code' })).toMatch(/failed, exit-code.*journalctl/);
    for (const said of [undefined, 'x', '{}', '[]', `${health.slice(0, -1)},"incidents":7}`])
      expect(await problems({}, said)).toMatch(/does not answer at 127\.0\.0\.1:9622/);
  });

  it('is content with a watch that shows no metrics', async () => {
    const told = await serviceStatus(fake({ says: show(), files: { [CONFIG]: 'keep: { days: 3 }\n' } }));
    expect(told.problems).toEqual([]);
    expect(statusText(told, { color: false, now })).toMatch(/no section metrics/);
  });

  it('says when the unit keeps away what watch.yaml names', async () => {
    const files = {
      [CONFIG]: 'metrics: {}\notlp: { endpoint: "http://collector:4318/v1/logs" }\n',
      [UNIT_FILE]: '# Written by `sshwhy watch install`\nIPAddressDeny=any\n',
    };
    expect((await serviceStatus(fake({ says: show(), health, files }))).problems.join()).toMatch(/keeps away/);
  });
});

describe('the service of the centre', () => {
  const FROM = 'tls://central@broker1:4222?password=file:/etc/sshwhy/word';
  const { unitFile, config } = CENTRAL_SERVICE;
  const install = (host: Fake, names: service.CentralNames = {}) =>
    service.installService(host, PROGRAM, CENTRAL_SERVICE, names);

  it('is told its broker once, by a central.yaml that is there from then on', async () => {
    const host = fake({});
    await expect(install(host)).rejects.toThrow(/say which broker: .*--central --from nats:/);
    expect((await install(host, { from: FROM })).plan.network).toBe(true);
    expect(host.files.get(config)).toContain(`from: "${FROM}"\n`);
    expect(host.files.get(config)).toContain('path: "/var/lib/sshwhy-central/events.db"\n');
    const unit = host.files.get(unitFile) ?? '';
    expect(unit).toMatch(/ watch central --config \/etc\/sshwhy\/central\.yaml\n/);
    expect(unit).toMatch(/^SupplementaryGroups=adm$/m);
    expect(unit).toMatch(/^SocketBindAllow=tcp:9623$/m);
    expect(unit).not.toMatch(/^IPAddressDeny|@[A-Z]+@/m);
    expect(host.ran.at(-1)).toBe('restart sshwhy-central.service');
    expect(host.files.has(UNIT_FILE)).toBe(false);

    await expect(install(host, { from: FROM })).rejects.toThrow(/central\.yaml is there and is not changed/);
    expect((await install(host)).plan.unit.change).toBe('same');
  });

  it('may talk to this machine only when broker and store are here, and listen nowhere when it shows nothing', async () => {
    const here = 'from: nats://127.0.0.1:4222\nstore: clickhouse://u@localhost/x\n';
    const host = fake({ files: { [config]: here } });
    expect((await install(host)).plan.network).toBe(false);
    expect(host.files.get(unitFile)).toMatch(/^SocketBindDeny=tcp$/m);
    expect(host.files.get(unitFile)).toMatch(/^IPAddressDeny=any$/m);
    expect(host.files.get(unitFile)).not.toMatch(/^SocketBindAllow/m);
  });

  it('is refused without a broker, and with one that is no address', async () => {
    await expect(install(fake({ files: { [config]: 'keep: { days: 3 }\n' } }))).rejects.toThrow(/from which broker/);
    await expect(install(fake({}), { from: 'x"\nkeep: {}' })).rejects.toThrow(/no address of a broker/);
    await expect(service.uninstallService(fake({ root: false }), true, CENTRAL_SERVICE)).rejects.toThrow(
      /sudo sshwhy watch uninstall --central/,
    );
  });

  it('is asked at its own port, and goes with what is its own', async () => {
    const files = { [config]: 'x', [unitFile]: '# Written by `sshwhy watch install --central`\n', [CONFIG]: 'mine' };
    const host = fake({ files, says: { show: { out: 'LoadState=loaded\nActiveState=active\n' } } });
    host.files.set(config, 'from: nats://localhost\nmetrics: { listen: "127.0.0.1:9700" }\n');
    const told = await state.serviceStatus(host, CENTRAL_SERVICE);
    expect(told.unit.name).toBe('sshwhy-central.service');
    expect(told.problems.join()).toMatch(/127\.0\.0\.1:9700 .*central\.yaml/);
    expect(await service.uninstallService(host, true, CENTRAL_SERVICE)).toEqual([unitFile, config]);
    expect([...host.files.keys()]).toEqual([CONFIG]);
  });
});
