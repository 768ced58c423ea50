import { spawn } from 'node:child_process';
import { type Change, reload } from '../src/model/change.ts';
import { linesOf } from '../src/remedy/apply.ts';
import { type ApplyScript, applyScript, manageScript } from '../src/remedy/script.ts';
import { SSHWHY } from './ask.ts';
import { sleep, waitFor } from './command.ts';
import { differences, SERVER_TREE, treeOf } from './fix.ts';
import type { Lab } from './host.ts';
import { NO_PENALTY } from './scripts.ts';
import type { Outcome } from './trial.ts';

/** Something that goes wrong while a host is changed. Afterwards the host must be as it was, and let its user in. */
export interface Fault {
  readonly name: string;
  readonly disk?: string;
  /** Run before the tree is looked at. */
  readonly before?: string;
  /** Returns what is not as it should be. */
  provoke(lab: Lab): Promise<readonly string[]>;
  /** Takes away what was put in the way, before the host is compared. */
  readonly after?: string;
}

const ID = 'trial';
const DROP_IN = '/etc/ssh/sshd_config.d/10-trial.conf';
const writeConfig = (text: string): Change => ({ kind: 'write', file: DROP_IN, text, mode: '0644' });
const run = (line: string): Change => ({ kind: 'command', run: line, undo: [] });
const KILL_ENGINE = run(`kill -KILL "$(cat /var/lib/sshwhy/undo/${ID}/engine.pid)"; sleep 5`);
/** One of each kind that can be undone, so that a fault after each of them has something to undo. */
const CHANGES: readonly Change[] = [
  { kind: 'prepend', file: '/etc/ssh/sshd_config', lines: ['MaxAuthTries 4'] },
  writeConfig('LoginGraceTime 45\n'),
  { kind: 'mode', path: '/home/alice/.ssh/authorized_keys', mode: '640' },
  { kind: 'append', file: '/home/alice/.ssh/authorized_keys', lines: ['# of the trial'] },
  { kind: 'owner', path: '/home/alice/.ssh/authorized_keys', owner: 'bob' },
  { kind: 'folder', path: '/opt/of/the/trial', mode: '750', owner: 'alice' },
  { kind: 'remove', file: '/etc/motd' },
  { kind: 'sysctl', key: 'net.ipv4.ip_forward', value: '1' },
  { kind: 'command', run: 'usermod --shell /bin/sh bob', undo: [], files: ['/etc/passwd', '/etc/passwd-'] },
  reload('ssh.service'),
];

/** Makes the changes by the engine alone; the key of the last line it prints, and all that it printed. */
async function engine(lab: Lab, changes: readonly Change[], o: Partial<ApplyScript> = {}): Promise<[string, string]> {
  const about = { cause: 'trial', summary: 'a trial', at: new Date().toISOString() };
  const script = applyScript({ id: ID, where: 'server', about, changes, within: 4, ...o });
  const ran = await lab.host.run(['sh'], { input: script, timeoutMs: 60_000 });
  return [linesOf(ran.stdout).at(-1)?.key ?? 'nothing', `${ran.stdout}${ran.stderr}`];
}

async function ends(lab: Lab, wanted: string, changes: readonly Change[], o?: Partial<ApplyScript>): Promise<string[]> {
  const [state, said] = await engine(lab, changes, o);
  return state === wanted ? [] : [`the engine ended with ${state}, expected ${wanted}:\n${said}`];
}

const stateOf = async (lab: Lab, id = '*'): Promise<string> =>
  (await lab.host.run(`cd /var/lib/sshwhy/undo/${id} && ls`, { timeoutMs: 5000 })).stdout;

/** The guard has done its work. */
async function restored(lab: Lab, withinMs: number): Promise<string[]> {
  const done = waitFor('the guard', withinMs, async () => {
    await sleep(200);
    return /^restored$/m.test(await stateOf(lab)) || undefined;
  });
  return done.then(
    () => [],
    async () => [`the guard has not restored within ${withinMs} ms: ${(await stateOf(lab)).replaceAll('\n', ' ')}`],
  );
}

/** Locks alice out, so that sshwhy has something to fix; root's door stays open. */
const LOCKED = `${NO_PENALTY}
mkdir -p -m 700 /root/.ssh; printf '%s\\n' "$PUBKEY" >/root/.ssh/authorized_keys
chmod 777 /home/alice/.ssh`;

/** `sshwhy fix` as a process of its own on the client; `when`: the file of the fix that has to be there. */
async function whileFixing(
  lab: Lab,
  door: string,
  when: string,
  then: (pid: number) => Promise<unknown> | unknown,
): Promise<{ code: number | null; said: string }> {
  const argv = ['-t', String(lab.client.pid), '-m', '-n', ...SSHWHY];
  const fix = spawn('nsenter', [...argv, 'fix', 'alice@web1', '--on', door, '--yes', '--confirm-within', '6s'], {
    env: { ...process.env, NO_COLOR: '1' },
    detached: true,
  });
  let said = '';
  for (const stream of [fix.stdout, fix.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const ended = new Promise<number | null>((resolve) => fix.on('close', resolve));
  const seen = await waitFor(when, 30_000, async () => {
    if (fix.exitCode !== null) return 'ended';
    return new RegExp(`^${when}$`, 'm').test(await stateOf(lab)) ? 'seen' : undefined;
  }).catch(() => 'never');
  if (seen === 'seen') await then(fix.pid ?? 0);
  const code = await Promise.race([ended, sleep(60_000).then(() => null)]);
  return { code, said: seen === 'seen' ? said : `${when}: ${seen}\n${said}` };
}

const nsenter = (lab: Lab): string => `exec:nsenter -t ${lab.host.pid} -a`;

const kills = ['guarded', 'undo\\.1', 'applied'].map(
  (when): Fault => ({
    name: `killed at ${when.replace('\\.', ' ')}`,
    before: LOCKED,
    after: 'chmod 700 /home/alice/.ssh; rm -r /root/.ssh',
    async provoke(lab) {
      const { said } = await whileFixing(lab, nsenter(lab), when, (pid) => process.kill(-pid, 'SIGKILL'));
      return /: (ended|never)\n/.test(said) ? [said] : restored(lab, 20_000);
    },
  }),
);

export const faults: readonly Fault[] = [
  ...CHANGES.map(
    (_, i): Fault => ({
      name: `engine killed after ${i + 1}`,
      async provoke(lab) {
        await engine(lab, [...CHANGES.slice(0, i + 1), KILL_ENGINE]);
        return restored(lab, 8000);
      },
    }),
  ),
  ...kills,
  {
    name: 'nobody confirms',
    async provoke(lab) {
      const problems = await ends(lab, 'applied', [writeConfig('AllowUsers nobody\n'), reload('ssh.service')]);
      const locked = await lab.client.ssh();
      return [
        ...problems,
        ...(locked.code === 0 ? ['alice was not locked out'] : []),
        ...(await restored(lab, 10_000)),
      ];
    },
  },
  {
    name: 'interrupted',
    before: LOCKED,
    after: 'chmod 700 /home/alice/.ssh; rm -r /root/.ssh',
    async provoke(lab) {
      const { code, said } = await whileFixing(lab, nsenter(lab), 'applied', (pid) => process.kill(-pid, 'SIGINT'));
      return [...(code === 130 ? [] : [`exit ${code}, expected 130\n${said}`]), ...(await restored(lab, 3000))];
    },
  },
  {
    name: 'network cut',
    before: LOCKED,
    after: 'chmod 700 /home/alice/.ssh; rm -r /root/.ssh',
    async provoke(lab) {
      const links = `for one in $(ip -o link | sed -n 's/^[0-9]*: \\([^:@]*\\).*/\\1/p' | grep -v lo); do ip link set $one`;
      const cut = () => lab.host.run(`${links} down; done`);
      const { code, said } = await whileFixing(lab, 'ssh:root@web1', 'applied', cut);
      const problems = await restored(lab, 40_000);
      await lab.host.run(`${links} up; done`);
      return [...(code === 0 ? [`fixed, without a network\n${said}`] : []), ...problems];
    },
  },
  {
    name: 'disk full before',
    disk: '48m',
    before: 'mkdir -p /var/lib/sshwhy/undo; cat /dev/zero >/var/filler 2>/dev/null || true',
    after: 'rm /var/filler',
    provoke: (lab) => ends(lab, 'refused', CHANGES),
  },
  {
    name: 'disk full meanwhile',
    disk: '48m',
    after: 'rm /var/filler',
    provoke: (lab) =>
      ends(lab, 'restored', [
        ...CHANGES.slice(0, 6),
        run('cat /dev/zero >/var/filler 2>/dev/null; true'),
        writeConfig(`# ${'x'.repeat(200_000)}\n`),
      ]),
  },
  {
    name: 'undo cannot be written',
    before: 'mkdir -p /var/lib/sshwhy; mount -t tmpfs -o ro tmpfs /var/lib/sshwhy',
    after: 'umount /var/lib/sshwhy',
    provoke: (lab) => ends(lab, 'refused', CHANGES),
  },
  {
    name: 'no guard can be started',
    before:
      'chmod 0 /usr/bin/setsid; mv /usr/bin/nohup /usr/bin/nohup.away; mv /usr/bin/systemd-run /usr/bin/systemd-run.away; rm /usr/bin/setsid',
    provoke: (lab) => ends(lab, 'refused', CHANGES),
  },
  {
    name: 'guard without systemd-run',
    before: 'mv /usr/bin/systemd-run /usr/bin/systemd-run.away',
    async provoke(lab) {
      const problems = await ends(lab, 'applied', CHANGES);
      return [...problems, ...(await restored(lab, 10_000))];
    },
  },
  {
    name: 'sshd refuses the file',
    provoke: (lab) =>
      ends(lab, 'restored', [...CHANGES.slice(0, 4), writeConfig('Bananas yes\n'), reload('ssh.service')]),
  },
  {
    name: 'sshd cannot be reloaded',
    before: `mkdir -p /run/systemd/system/ssh.service.d
      printf '[Service]\\nExecReload=\\nExecReload=/bin/false\\n' >/run/systemd/system/ssh.service.d/trial.conf; systemctl daemon-reload`,
    provoke: (lab) => ends(lab, 'restored', CHANGES),
  },
  {
    name: 'a link of the user',
    before: `mv /home/alice/.ssh /home/alice/away; ln -s /root /home/alice/.ssh; chown -h alice: /home/alice/.ssh; ls -ld /root >/tmp/root`,
    after: 'rm /home/alice/.ssh; mv /home/alice/away /home/alice/.ssh',
    provoke: (lab) => ends(lab, 'refused', [{ kind: 'mode', path: '/home/alice/.ssh', mode: '777' }]),
  },
  {
    name: 'a link of root is kept',
    before: 'mv /etc/ssh/sshd_config /opt/sshd_config; ln -s /opt/sshd_config /etc/ssh/sshd_config',
    async provoke(lab) {
      const problems = await ends(lab, 'applied', CHANGES);
      const link = await lab.host.run('readlink /etc/ssh/sshd_config; head -n 1 /opt/sshd_config');
      const kept = link.stdout === '/opt/sshd_config\nMaxAuthTries 4\n';
      return [
        ...problems,
        ...(kept ? [] : [`the link was not kept: ${link.stdout}`]),
        ...(await restored(lab, 10_000)),
      ];
    },
  },
  {
    name: 'two fixes of one file',
    async provoke(lab) {
      const edit = (text: string): Change => ({ kind: 'prepend', file: '/etc/ssh/sshd_config', lines: [text] });
      const say = async (o: Parameters<typeof manageScript>[0]): Promise<string> =>
        (await lab.host.run(['sh'], { input: manageScript(o), timeoutMs: 20_000 })).stdout;
      const problems: string[] = [];
      for (const [id, text] of [
        ['one', 'MaxAuthTries 4'],
        ['two', 'LoginGraceTime 45'],
      ] as const) {
        problems.push(...(await ends(lab, 'applied', [edit(text)], { id })));
        await say({ action: 'confirm', id, why: 'trial' });
      }
      const early = await say({ action: 'undo', id: 'one', why: 'trial' });
      if (!early.includes('@@ changed /etc/ssh/sshd_config'))
        problems.push(`the first was undone under the second: ${early}`);
      for (const id of ['two', 'one']) {
        const said = await say({ action: 'undo', id, why: 'trial' });
        if (!said.includes('@@ restored')) problems.push(`undo ${id}: ${said}`);
      }
      return problems;
    },
  },
  {
    name: 'another fix waits',
    async provoke(lab) {
      const problems = await ends(lab, 'applied', [writeConfig('MaxAuthTries 4\n')]);
      problems.push(...(await ends(lab, 'refused', [writeConfig('MaxAuthTries 5\n')], { id: 'other' })));
      return [...problems, ...(await restored(lab, 10_000))];
    },
  },
];

/** Provokes the fault on a healthy host; afterwards it is as it was, lets alice in, and no guard is left. */
export async function tryFault(lab: Lab, fault: Fault): Promise<Outcome> {
  const ready =
    fault.before === undefined ? undefined : await lab.host.run(`set -e\n${fault.before}`, { timeoutMs: 30_000 });
  if (ready && ready.code !== 0) return { problems: [`before: ${ready.stderr}`], seen: {} };
  const tree = await treeOf(lab.host, SERVER_TREE);
  const problems = [...(await fault.provoke(lab))];
  const changed = differences(tree, await treeOf(lab.host, SERVER_TREE));
  if (changed.length > 0) problems.push(`the host is not as it was:\n${changed.join('\n')}`);
  if (fault.after !== undefined) await lab.host.run(fault.after);
  const login = await lab.client.ssh();
  if (login.code !== 0) problems.push(`alice cannot log in any more: ${login.stderr}`);
  const guards = await lab.host.run("sleep 1.5; pgrep -fa '[g]uard.sh'");
  if (guards.stdout !== '') problems.push(`a guard is left: ${guards.stdout}`);
  return { problems, seen: {} };
}
