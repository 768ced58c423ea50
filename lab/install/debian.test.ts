import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { VERSION } from '../../src/model/version.ts';
import { type Lab, withHost } from '../host.ts';
import type { Suite } from '../seed.ts';
import { made, ROOT } from './made.ts';

/** All files but those that change by themselves, or by any package: the lists of dpkg, caches, logs, what runs. */
const LOOK = `find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /root/in -o -path /var/log -o -path /var/cache \\
 -o -path /var/lib/dpkg -o -path /var/lib/systemd -o -path /var/lib/private \\) -prune -o -print | sort`;

const must = async (lab: Lab, script: string): Promise<string> => {
  const ran = await lab.host.run(script, { timeoutMs: 120_000 });
  expect(ran.code, `${script}\n${ran.stdout}${ran.stderr}`).toBe(0);
  return ran.stdout;
};

/** Files appear below /root/in of the host. */
async function give(lab: Lab, files: readonly string[]): Promise<void> {
  await must(lab, 'mkdir -p /root/in');
  for (const file of files) copyFileSync(file, `/proc/${lab.host.pid}/root/root/in/${path.basename(file)}`);
}

/** With the key that opens alice's account: from this host to itself, and then with sshd stopped. */
async function diagnose(lab: Lab, sshwhy: string): Promise<void> {
  await must(lab, 'mkdir -p -m 700 /root/.ssh && ssh-keyscan 127.0.0.1 2>/dev/null >/root/.ssh/known_hosts');
  const key = readFileSync(path.join(path.dirname(lab.publicKeyFile), 'client-ssh/id_ed25519'), 'utf8');
  await lab.host.run('umask 077; cat >/root/.ssh/id_ed25519', { input: key });
  const causes = (text: string): readonly string[] =>
    (JSON.parse(text) as Report).causes.filter(({ role }) => role === 'blocking').map(({ id }) => id);
  expect(causes(await must(lab, `${sshwhy} alice@127.0.0.1 --on local --json`))).toEqual([]);
  await must(lab, 'systemctl stop ssh.socket ssh 2>/dev/null || systemctl stop ssh');
  const closed = await lab.host.run(`${sshwhy} alice@127.0.0.1 --on local --json`, { timeoutMs: 60_000 });
  expect([closed.code, causes(closed.stdout)[0]]).toEqual([1, 'daemon/not-running']);
  await must(lab, 'systemctl start ssh');
}

it.each<[Suite, string]>([
  ['trixie', 'all'],
  ['bookworm', 'amd64'],
  ['bullseye', 'amd64'],
])('on %s, sshwhy_%s.deb is installed, works, and leaves nothing', async (suite, architecture) => {
  await withHost({ suite, disk: '1500m' }, async (lab) => {
    expect((await lab.host.run('command -v node nodejs npm')).stdout).toBe('');
    const deb = made(`_${architecture}.deb`);
    await give(lab, [deb]);
    if (architecture === 'all') {
      const folder = execFileSync('sh', ['scripts/suite-packages.sh', suite, 'nodejs'], {
        cwd: ROOT,
        encoding: 'utf8',
      }).trim();
      const debs = readdirSync(folder).filter((name) => name.endsWith('.deb'));
      await give(
        lab,
        debs.map((name) => path.join(folder, name)),
      );
      await must(lab, `cd /root/in && dpkg -i ${debs.join(' ')}`);
    }
    const before = await must(lab, LOOK);
    await must(lab, `dpkg -i /root/in/${path.basename(deb)}`);
    expect(await must(lab, 'sshwhy --version')).toBe(`sshwhy ${VERSION}\n`);
    expect(await must(lab, 'cd / && dpkg --verify sshwhy')).toBe('');
    await diagnose(lab, 'sshwhy');
    expect(await must(lab, 'zcat /usr/share/man/man1/sshwhy-fleet-check.1.gz')).toContain('.SH EXIT STATUS');
    expect(
      await must(lab, "bash -c '. /usr/share/bash-completion/completions/sshwhy && complete -p sshwhy'"),
    ).toContain('_sshwhy');

    const install = await lab.host.run('sshwhy watch install', { timeoutMs: 160_000 });
    if (architecture === 'all') {
      // Node.js 20 has no SQLite: it says so, and leaves no unit.
      expect(install.code).toBe(3);
      expect(install.stdout + install.stderr).toMatch(/SQLite/);
      expect((await lab.host.run('ls /etc/systemd/system/sshwhy-watch.service')).code).not.toBe(0);
    } else {
      expect(install.code, install.stdout + install.stderr).toBe(0);
      expect(await must(lab, 'systemctl is-active sshwhy-watch')).toBe('active\n');
      expect(
        await must(
          lab,
          'systemctl show -p MainPID --value sshwhy-watch | xargs -I{} cat /proc/{}/environ | tr "\\0" "\\n"',
        ),
      ).toContain('NODE_OPTIONS=--max-old-space-size=320');
      await must(lab, `dpkg -i /root/in/${path.basename(deb)}`);
      expect(await must(lab, 'systemctl is-active sshwhy-watch')).toBe('active\n');
    }
    await must(lab, 'dpkg -r sshwhy');
    expect((await lab.host.run('systemctl is-active sshwhy-watch')).stdout).not.toBe('active\n');
    expect(await must(lab, 'ls /etc/sshwhy')).toBe('watch.yaml\n');
    await must(lab, 'rm -r /root/.ssh; dpkg -P sshwhy');
    expect((await must(lab, LOOK)).split('\n').filter((line) => !before.split('\n').includes(line))).toEqual([]);
    expect(await must(lab, 'ls /var/lib/private 2>/dev/null; getent passwd sshwhy-watch || true')).toBe('');
    expect(await must(lab, "pgrep -af '[s]shwhy' || true")).toBe('');
  });
});

it.each<Suite>(['bullseye', 'bookworm', 'trixie'])(
  'on %s, the executable alone works where there is no Node.js',
  async (suite) => {
    await withHost({ suite, disk: '600m' }, async (lab) => {
      expect((await lab.host.run('command -v node nodejs npm')).stdout).toBe('');
      await give(lab, [made('-linux-x64')]);
      const sshwhy = '/root/in/sshwhy';
      await must(lab, `mv ${sshwhy}-${VERSION}-linux-x64 ${sshwhy}`);
      expect(await must(lab, `${sshwhy} --version`)).toBe(`sshwhy ${VERSION}\n`);
      await diagnose(lab, sshwhy);
      // What it has inside beside the scripts of a look: a page of a cause, the script of a vantage, the page of serve, the unit.
      expect(await must(lab, `${sshwhy} explain firewall/host-drop`)).toContain('firewall');
      expect(await must(lab, `${sshwhy} collect --print-script`)).toMatch(/^#!|sh/);
      const page = `${sshwhy} serve --listen 127.0.0.1:7722 >/root/in/said 2>&1 & for i in $(seq 100); do grep -q http /root/in/said && break; sleep 0.1; done
bash -c 'exec 3<>/dev/tcp/127.0.0.1/7722; printf "GET / HTTP/1.0\\r\\nHost: 127.0.0.1:7722\\r\\n\\r\\n" >&3; cat <&3'; kill $!`;
      const served = await lab.host.run(page, { timeoutMs: 30_000 });
      expect(served.stdout, served.stderr).toMatch(/200 OK[\s\S]*<title>/);
      const refused = await lab.host.run(`${sshwhy} watch install --dry-run`);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('/usr/local/bin/sshwhy')]);
      await must(lab, `install ${sshwhy} /usr/local/bin/sshwhy`);
      expect(await must(lab, '/usr/local/bin/sshwhy watch install --dry-run')).toContain(
        'ExecStart=/usr/local/bin/sshwhy watch',
      );
    });
  },
);
