import type { KeyChange } from '../src/model/keys-change.ts';
import { SSHWHY } from './ask.ts';
import type { Ran } from './command.ts';
import type { Lab } from './host.ts';
import type { Outcome } from './trial.ts';

const KEYS_MS = 90_000;

/** `sshwhy keys …` as somebody on the client types it. */
function keys(lab: Lab, args: readonly string[], interruptMs?: number): Promise<Ran> {
  const env = { NO_COLOR: '1', XDG_STATE_HOME: '/root/.ssh/state' };
  return lab.client.run([...SSHWHY, 'keys', ...args], {
    timeoutMs: KEYS_MS,
    env,
    ...(interruptMs === undefined ? {} : { interruptMs }),
  });
}

const answered = (ran: Ran): KeyChange['hosts'][number] | undefined => {
  try {
    return (JSON.parse(ran.stdout) as KeyChange).hosts[0];
  } catch {
    return undefined;
  }
};

/** Whether a key of the client logs in. */
async function entersWith(lab: Lab, key: string, user: string): Promise<boolean> {
  const options = ['IdentitiesOnly=yes', 'IdentityAgent=none', 'BatchMode=yes', 'ControlPath=none'].flatMap((one) => [
    '-o',
    one,
  ]);
  const ran = await lab.client.run(['ssh', ...options, '-i', `/root/.ssh/${key}`, `${user}@web1`, 'true'], {
    timeoutMs: 20_000,
  });
  return ran.code === 0;
}

type Check = (what: string, good: boolean, more?: string) => void;

function checks(): { problems: string[]; check: Check } {
  const problems: string[] = [];
  return { problems, check: (what, good, more = '') => void (good || problems.push(`${what} ${more}`.trim())) };
}

const tell = (ran: Ran): string => `exit ${ran.code}: ${ran.stdout.slice(0, 1500)}${ran.stderr.slice(-500)}`;

/** Refused logins in a row are what penalties are for; they are not what is asked here. */
const CALM =
  'mkdir -p /etc/ssh/sshd_config.d; if sshd -T 2>/dev/null | grep -q ^persourcepenalties; then echo "PerSourcePenalties no" >/etc/ssh/sshd_config.d/90-calm.conf; systemctl restart ssh; fi';

const FILES = `stat -c '%a %U %G' /home/alice/.ssh/authorized_keys /home/bob/.ssh/authorized_keys; ls -A /home/alice/.ssh /home/bob/.ssh; cat /home/alice/.ssh/authorized_keys /home/bob/.ssh/authorized_keys`;

/** A rotation by the user, by root, to a key that does not log in, and one that is interrupted again and again. */
export async function tryRotate(lab: Lab): Promise<Outcome> {
  const { problems, check } = checks();
  const setup = await lab.host.run(`set -e; ${CALM}
    sed -i '1s/^/from="10.0.0.0\\/8,fd77::\\/16" /' /home/alice/.ssh/authorized_keys
    echo '# a remark' >>/home/alice/.ssh/authorized_keys
    mkdir -p /root/.ssh; chmod 700 /root/.ssh; cp /home/bob/.ssh/authorized_keys /root/.ssh/authorized_keys`);
  const made = await lab.client.run(`set -e; cd /root/.ssh
    for k in new newer later other; do ssh-keygen -q -N '' -t ed25519 -C $k -f $k; done
    cp other.pub wrong.pub; cp new wrong`);
  if (setup.code !== 0 || made.code !== 0) return { problems: [`setup: ${setup.stderr}${made.stderr}`], seen: {} };
  const file = async () => (await lab.host.run(FILES)).stdout;
  const start = await file();
  const rotate = (user: string, old: string, fresh: string, host: string, ...more: string[]) => [
    'rotate',
    '--user',
    user,
    '--old',
    `/root/.ssh/${old}`,
    '--new',
    `/root/.ssh/${fresh}.pub`,
    host,
    '--json',
    ...more,
  ];

  const dry = await keys(lab, rotate('alice', 'id_ed25519', 'new', 'web1', '--dry-run'));
  check(
    'dry run:',
    dry.code === 0 && answered(dry)?.outcome === 'planned' && (answered(dry)?.diff?.length ?? 0) > 0,
    tell(dry),
  );
  check('a dry run changes something', (await file()) === start);

  const wrong = await keys(lab, rotate('alice', 'id_ed25519', 'wrong', 'web1', '--yes'));
  check('to a key that does not log in:', wrong.code === 4 && answered(wrong)?.outcome === 'rolled-back', tell(wrong));
  check('what was rolled back is not as it was', (await file()) === start, await file());

  const done = await keys(lab, rotate('alice', 'id_ed25519', 'new', 'web1', '--yes'));
  check('by the user:', done.code === 0 && answered(done)?.outcome === 'done', tell(done));
  check('the new key does not log in', await entersWith(lab, 'new', 'alice'));
  check('the old key still logs in', !(await entersWith(lab, 'id_ed25519', 'alice')));
  const after = await file();
  check(
    'options, modes or remarks were lost:',
    /^600 alice alice$/m.test(after) &&
      after.includes('# a remark') &&
      /^from="10\.0\.0\.0\/8,fd77::\/16" ssh-ed25519 \S+ new$/m.test(after),
    after,
  );

  const again = await keys(lab, rotate('alice', 'id_ed25519', 'new', 'web1', '--yes'));
  check('once more, by its own state:', again.code === 0 && answered(again)?.outcome === 'already', tell(again));
  await lab.client.run('rm -r /root/.ssh/state');
  const anew = await keys(lab, rotate('alice', 'id_ed25519', 'new', 'web1', '--yes'));
  check('once more, by what the host says:', anew.code === 0 && answered(anew)?.outcome === 'already', tell(anew));
  check('nothing was left to do, and something was changed', (await file()) === after);

  const byRoot = await keys(lab, rotate('bob', 'id_ed25519', 'newer', 'root@web1', '--yes'));
  check('by root:', byRoot.code === 0 && answered(byRoot)?.outcome === 'done', tell(byRoot));
  check('the new key of bob does not log in', await entersWith(lab, 'newer', 'bob'));
  check('the old key of bob still logs in', !(await entersWith(lab, 'id_ed25519', 'bob')));
  check('the file of bob is of another mode or owner', /^600 bob bob$/m.test(await file()), await file());

  for (const ms of [500, 1200, 2000, 3000]) {
    const stopped = await keys(lab, rotate('alice', 'new', 'later', 'web1', '--yes'), ms);
    // On a busy machine it had not even begun.
    const ended = [130, 0, null].includes(stopped.code);
    check(`interrupted after ${ms} ms:`, ended, tell(stopped));
    const ways = [await entersWith(lab, 'new', 'alice'), await entersWith(lab, 'later', 'alice')];
    check(`interrupted after ${ms} ms, neither key logs in`, ways.includes(true));
  }
  const end = await keys(lab, rotate('alice', 'new', 'later', 'web1', '--yes'));
  check('after interruptions:', end.code === 0, tell(end));
  check('after interruptions, the new key does not log in', await entersWith(lab, 'later', 'alice'));
  check('after interruptions, the old key logs in', !(await entersWith(lab, 'new', 'alice')));
  // A guard looks once a second whether there is anything left to guard.
  const left = await lab.host.run(
    'i=0; while pgrep -f [g]uard[.]sh >/dev/null && [ $i -lt 20 ]; do i=$((i + 1)); sleep 0.5; done; ls -A /home/alice/.ssh /home/bob/.ssh; pgrep -fa [g]uard[.]sh',
    { timeoutMs: 20_000 },
  );
  check('something is left over:', !/sshwhy|guard/.test(left.stdout), left.stdout);
  return { problems, seen: {} };
}

/** A key is revoked where there is no list, into a list of keys, and into a KRL; one's own key is not. */
export async function tryRevoke(lab: Lab): Promise<Outcome> {
  const { problems, check } = checks();
  const made = await lab.client.run(`set -e; cd /root/.ssh
    for k in one two three; do ssh-keygen -q -N '' -t ed25519 -C $k -f $k; done; cat one.pub two.pub three.pub`);
  const setup = await lab.host.run(
    `set -e; ${CALM}; cat >>/home/alice/.ssh/authorized_keys; mkdir -p /root/.ssh; chmod 700 /root/.ssh; head -n 1 /home/bob/.ssh/authorized_keys >/root/.ssh/authorized_keys`,
    { input: made.stdout },
  );
  if (setup.code !== 0 || made.code !== 0) return { problems: [`setup: ${setup.stderr}${made.stderr}`], seen: {} };
  const tree = async () =>
    (
      await lab.host.run(
        'find /etc/ssh -type f ! -name "ssh_host*" -exec cksum {} + | sort; find /etc/ssh -printf "%p %m %u\\\\n" | sort',
      )
    ).stdout;
  const start = await tree();
  const revoke = (key: string, ...more: string[]) => ['revoke', key, 'root@web1', '--json', ...more];

  const own = await keys(lab, revoke('/root/.ssh/id_ed25519.pub', '--yes'));
  check("one's own key:", own.code === 1 && answered(own)?.outcome === 'refused', tell(own));
  check('what was refused was done', (await tree()) === start, await tree());

  // As soon as sshd has been told of the list, nobody gets through to it any more, until the list is gone again.
  const broken = '/run/systemd/system/ssh.service.d';
  const reload = `if [ -e /etc/ssh/revoked_keys ]; then nft -f /etc/gone.nft; else nft delete table inet gone; fi; exec kill -HUP \\$MAINPID`;
  await lab.host.run(`mkdir -p ${broken}
    printf 'table inet gone {\\n chain block {\\n  type filter hook input priority 0; policy accept;\\n  tcp dport 22 drop\\n }\\n}\\n' >/etc/gone.nft
    nft -c -f /etc/gone.nft || echo bad >&2
    printf '#!/bin/sh\\n%s\\n' "${reload}" >/etc/gone.sh; chmod 755 /etc/gone.sh
    printf '[Service]\\nExecReload=\\nExecReload=/etc/gone.sh\\n' >${broken}/gone.conf; systemctl daemon-reload`);
  const gone = await keys(lab, revoke('/root/.ssh/one.pub', '--yes', '--confirm-within', '10'));
  check('nobody gets in any more:', gone.code === 4 && answered(gone)?.outcome === 'rolled-back', tell(gone));
  check('what was rolled back is not as it was', (await tree()) === start, await tree());
  await lab.host.run(`rm -r ${broken}; systemctl daemon-reload`);
  check('the key that was not revoked does not log in', await entersWith(lab, 'one', 'alice'));

  const dry = await keys(lab, revoke('/root/.ssh/one.pub', '--dry-run'));
  check('dry run:', dry.code === 0 && answered(dry)?.outcome === 'planned', tell(dry));
  check('a dry run changes something', (await tree()) === start);

  const first = await keys(lab, revoke('/root/.ssh/one.pub', '--yes'));
  check('where there is no list:', first.code === 0 && answered(first)?.outcome === 'done', tell(first));
  check('the revoked key still logs in', !(await entersWith(lab, 'one', 'alice')));
  check('another key does not log in any more', await entersWith(lab, 'two', 'alice'));

  const fingerprint = (await lab.client.run('ssh-keygen -l -f /root/.ssh/two.pub')).stdout.split(' ')[1] ?? '';
  const second = await keys(lab, revoke(fingerprint, '--yes'));
  check('by its fingerprint, into a list:', second.code === 0 && answered(second)?.outcome === 'done', tell(second));
  check('the key of that fingerprint still logs in', !(await entersWith(lab, 'two', 'alice')));
  check('the first key logs in again', !(await entersWith(lab, 'one', 'alice')));

  const krl = await lab.host.run('cd /etc/ssh && ssh-keygen -q -k -f krl revoked_keys && mv krl revoked_keys');
  check('krl:', krl.code === 0, krl.stderr);
  const third = await keys(lab, revoke('/root/.ssh/three.pub', '--yes'));
  check('into a KRL:', third.code === 0 && answered(third)?.outcome === 'done', tell(third));
  for (const key of ['one', 'two', 'three']) check(`${key} still logs in`, !(await entersWith(lab, key, 'alice')));
  check('the sound key of alice does not log in any more', await entersWith(lab, 'id_ed25519', 'alice'));

  const again = await keys(lab, revoke('/root/.ssh/three.pub', '--yes'));
  check('once more:', again.code === 0, tell(again));
  return { problems, seen: {} };
}
