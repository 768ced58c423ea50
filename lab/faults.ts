import { type Change, reload } from '../src/model/change.ts';
import { manageScript } from '../src/remedy/script.ts';
import { ends, engine, type Fault, ID, LOCKED, nsenter, onConsole, restored, whileFixing } from './provoke.ts';

const DROP_IN = '/etc/ssh/sshd_config.d/10-trial.conf';
const writeConfig = (text: string): Change => ({ kind: 'write', file: DROP_IN, text, mode: '0644' });
const command = (line: string): Change => ({ kind: 'command', run: line, undo: [] });
const KILL_ENGINE = command(`kill -KILL "$(cat /var/lib/sshwhy/undo/${ID}/engine.pid)"; sleep 5`);
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

const consoles = [
  { answer: 'no', wanted: /was taken back/ },
  { answer: 'yes', wanted: /Confirmed/ },
].map(
  ({ answer, wanted }): Fault => ({
    name: `a console says ${answer}`,
    before: LOCKED,
    after: 'chmod 700 /home/alice/.ssh; rm -r /root/.ssh',
    async provoke(lab) {
      const said = await onConsole(lab, answer);
      if (!wanted.test(said)) return [`the script says nothing like ${wanted}:\n${said}`];
      if (answer === 'no') return [];
      const login = await lab.client.ssh();
      await lab.host.run('sh /var/lib/sshwhy/undo/*/restore.sh trial undo');
      return login.code === 0 ? [] : [`the login does not work after the script: ${login.stderr}`];
    },
  }),
);

export const faults: readonly Fault[] = [
  ...consoles,
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
        command('cat /dev/zero >/var/filler 2>/dev/null; true'),
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
