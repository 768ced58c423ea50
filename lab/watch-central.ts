import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ran, sleep } from './command.ts';
import type { Lab } from './host.ts';
import { PASSWORD, type Suite } from './seed.ts';
import type { Outcome } from './trial.ts';
import { give, HOME, NODE } from './watch-service.ts';

/** A host on which a broker, the watch that publishes to it, and the centre that reads it are services of systemd. */
export interface WatchCentral {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly disk: string;
}

// The program of the broker is the one of this machine's release, which needs a newer libc than bullseye has.
export const watchCentrals: readonly WatchCentral[] = [
  { name: 'service central', suites: ['bookworm', 'trixie'], disk: '640m' },
];

const UNIT = 'sshwhy-central.service';
const BROKER = 'lab-broker.service';

const LOOK = `
ls -d /etc/sshwhy /etc/systemd/system/sshwhy* /etc/systemd/system/*/sshwhy* /var/lib/sshwhy-* /var/lib/private/sshwhy-* 2>/dev/null
systemctl list-units --all --no-legend 'sshwhy*'; ps -eo args= | grep '[s]shwhy.js watch'; ss -Htln | grep ':962[0-9] '`;

/** A nats-server that lets in who knows the word in a file that only root and adm can read. */
async function startBroker(lab: Lab): Promise<Ran> {
  const script = join(import.meta.dirname, '../scripts/debian-packages.sh');
  const folder = execFileSync('sh', [script, 'nats-server'], { encoding: 'utf8' }).trim();
  copyFileSync(join(folder, 'usr/sbin/nats-server'), `/proc/${lab.host.pid}/root/usr/local/bin/nats-server`);
  return await lab.host.run(`
mkdir -p /etc/sshwhy
echo secret-of-the-lab >/etc/sshwhy/word
chgrp adm /etc/sshwhy/word && chmod 640 /etc/sshwhy/word
cat >/etc/lab-broker.conf <<'END'
listen: 127.0.0.1:4222
jetstream { store_dir: "/var/lib/lab-broker", max_mem: 16MB, max_file: 128MB }
authorization { token: "secret-of-the-lab" }
END
systemd-run --unit ${BROKER} /usr/local/bin/nats-server -c /etc/lab-broker.conf`);
}

interface Status {
  readonly unit: { readonly state: string; readonly pid?: number; readonly restarts: number };
  readonly watch?: { readonly store?: { readonly events: number } };
  readonly problems: readonly string[];
}

/**
 * What the watch of this host publishes is stored by the centre, each as a service with all that its unit forbids, through a broker that asks
 * for a secret; the centre, killed, comes back; nothing of them listens elsewhere than on loopback, and nothing is left.
 */
export async function tryWatchCentral(lab: Lab): Promise<Outcome> {
  const problems: string[] = [];
  const ask = (words: string): Promise<Ran> =>
    lab.host.run(`${NODE} ${HOME}/dist/sshwhy.js watch ${words}`, { timeoutMs: 120_000 });
  const until = async (what: string, is: (status: Status) => boolean): Promise<Status | undefined> => {
    let last = '';
    for (let i = 0; i < 30; i++) {
      last = (await ask('status --central --json')).stdout;
      const status = JSON.parse(last || '{}') as Status;
      if (last !== '' && is(status)) return status;
      await sleep(700);
    }
    problems.push(`never ${what}: ${last}${(await lab.host.run(`journalctl -u ${UNIT} -n 20 --no-pager`)).stdout}`);
    return undefined;
  };
  const must = async (what: string, ran: Promise<Ran>): Promise<void> => {
    const { code, stdout, stderr } = await ran;
    if (code !== 0) problems.push(`${what}: ${code} ${stdout}${stderr}`);
  };

  give(lab);
  await must('the broker', startBroker(lab));
  const before = (await lab.host.run(LOOK)).stdout;
  const url = 'nats://127.0.0.1:4222?token=file:/etc/sshwhy/word';
  await must('install --central', ask(`install --central --from '${url}'`));
  await lab.host.run(
    `printf 'metrics: {}\\npublish:\\n  nats: "%s"\\n' '${url}' >/etc/sshwhy/watch.yaml; chmod 644 /etc/sshwhy/watch.yaml`,
  );
  await must('install', ask('install'));
  await until('active', ({ unit, watch }) => unit.state === 'active' && watch !== undefined);
  const guess = async (): Promise<void> => {
    for (let i = 0; i < 3; i++)
      await lab.client.ssh({ to: 'bob@web1', args: ['-oPubkeyAuthentication=no'], password: 'wrong' });
    await lab.client.ssh({ to: 'bob@web1', args: ['-oPubkeyAuthentication=no'], password: PASSWORD });
  };
  const events = (status: Status | undefined): number => status?.watch?.store?.events ?? 0;
  await guess();
  const seen = await until('storing what the watch publishes', (status) => events(status) >= 4);

  const pid = seen?.unit.pid;
  const looks = await lab.host.run(
    `ls -A /proc/${pid}/root/var/log /proc/${pid}/root/home; grep -E '^(CapEff|NoNewPrivs):' /proc/${pid}/status; ss -Htlnp | grep pid=${pid},`,
  );
  const listens = [...looks.stdout.matchAll(/^LISTEN\s+\d+\s+\d+\s+(\S+)/gm)].map(([, where]) => where);
  if (!/CapEff:\t0+\n/.test(looks.stdout) || /auth\.log|alice/.test(looks.stdout))
    problems.push(`it sees: ${looks.stdout}${looks.stderr}`);
  if (listens.join() !== '127.0.0.1:9623') problems.push(`it listens on ${listens.join()}`);

  await lab.host.run(`kill -9 ${pid}`);
  const again = await until('back after kill -9', ({ unit, watch }) => unit.restarts === 1 && watch !== undefined);
  await guess();
  await until('storing after its restart', (status) => events(status) >= events(again) + 4);
  const score = await lab.host.run(`systemd-analyze security ${UNIT} --no-pager | tail -n 1`);
  const [, exposure] = /: (\d+\.\d) /.exec(score.stdout) ?? [];
  if (!(Number(exposure) <= 1.5)) problems.push(`systemd-analyze security says: ${score.stdout}${score.stderr}`);

  await must('uninstall', ask('uninstall --purge'));
  await must('uninstall --central', ask('uninstall --central --purge'));
  await sleep(500);
  const after = (await lab.host.run(LOOK)).stdout;
  if (after !== before) problems.push(`what is left:\n${after}`);
  return { problems, seen: {} };
}
