import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SSHWHY } from './ask.ts';
import { type Ran, run } from './command.ts';
import type { Lab } from './host.ts';
import { tryRevoke, tryRotate } from './keys-change.ts';
import type { Outcome } from './trial.ts';

/** A trial of `sshwhy keys`. */
export interface KeysTrial {
  readonly name: string;
  try(lab: Lab, fixture?: string): Promise<Outcome>;
}

const door = (lab: Lab): string => `exec:nsenter -t ${lab.host.pid} -a`;

export const sshwhyKeys = (lab: Lab, args: readonly string[]): Promise<Ran> =>
  run([...SSHWHY, 'keys', ...args, '--on', door(lab)], { timeoutMs: 60_000 });

/**
 * Accounts and keys of all kinds: good, weak, twice, restricted, expired, revoked, malformed, in files that sshd reads and in
 * others; a CA for users and one for hosts. The private halves lie in /keys.
 */
const MANY_KEYS = `
for u in carol deploy; do useradd -m -s /bin/bash $u; mkdir -p /home/$u/.ssh; done
useradd -m -s /usr/sbin/nologin relay; mkdir -p /home/relay/.ssh
mkdir -p /root/.ssh /keys; chmod 700 /keys; cd /keys
key() { name=$1; shift; ssh-keygen -q -N '' -f "$name" "$@"; }
key alice -t ed25519 -C alice@laptop
key bob -t rsa -b 2048 -C bob@desktop
key old -t rsa -b 1024 -C old@router
key carol -t ecdsa -b 384 -C carol
key dsa -t dsa -C ancient 2>/dev/null || true
key backup -t ed25519 -C 'backup job'
key far -t ed25519 -C 'from afar'
key leaver -t ed25519 -C leaver
key gone -t ed25519 -C gone
key ca -t ed25519 -C 'the CA'
key hostca -t ed25519 -C 'the CA of hosts'
key cert -t ed25519 -C 'with a certificate'
ssh-keygen -q -s ca -I alice-laptop -n alice,admins -V +1d -z 7 cert.pub
ssh-keygen -q -N '' -t ed25519 -C deploy@web1 -f /home/deploy/.ssh/id_ed25519
cat alice.pub bob.pub >/home/alice/.ssh/authorized_keys
{
  printf 'from="10.0.0.0/8,127.0.0.1",expiry-time="20300101" '; cat bob.pub; cat old.pub; [ ! -f dsa.pub ] || cat dsa.pub
  echo 'ssh-ed25519 AAAAbroken bob'; printf 'cert-authority '; cat ca.pub; printf 'from="192.0.2.1" '; cat far.pub
} >/home/bob/.ssh/authorized_keys
{
  cat carol.pub; printf 'command="/usr/bin/true" '; cat backup.pub; cat backup.pub
  echo 'no-touch-required sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIBdTqz6Gr4kHyTUKWk1xGOGqoRqhNJgWqyMDiXcMYOrbAAAABHNzaDo= on a stick'
} >/home/carol/.ssh/authorized_keys
{ printf 'expiry-time="20200101" '; cat leaver.pub; cat gone.pub; } >/home/deploy/.ssh/authorized_keys
cp alice.pub /home/relay/.ssh/authorized_keys
cat alice.pub /home/deploy/.ssh/id_ed25519.pub >/root/.ssh/authorized_keys
cp leaver.pub /home/alice/.ssh/authorized_keys2
cat leaver.pub gone.pub >/home/alice/.ssh/authorized_keys.bak
cp cert.pub /home/carol/.ssh/somebody.pub
cp cert-cert.pub /home/alice/.ssh/id_ed25519-cert.pub
cp gone.pub /etc/ssh/revoked; cp ca.pub /etc/ssh/ca.pub
printf '@cert-authority *.example.org %s\\n' "$(cat hostca.pub)" >/etc/ssh/ssh_known_hosts
for u in alice bob carol deploy relay; do chown -R $u:$u /home/$u/.ssh; chmod 700 /home/$u/.ssh; chmod 600 /home/$u/.ssh/*; done
chmod 700 /root/.ssh
mkdir -p /etc/ssh/sshd_config.d
printf 'RevokedKeys /etc/ssh/revoked\\nTrustedUserCAKeys /etc/ssh/ca.pub\\n' >/etc/ssh/sshd_config.d/10-keys.conf
systemctl restart ssh`;

/** Logs in to every account with every key, over the loopback; prints "ACCOUNT KEY" for each that sshd takes. */
const LOGINS = `
cd /keys
for account in root alice bob carol deploy relay; do
  for key in alice bob old carol dsa backup far leaver gone /home/deploy/.ssh/id_ed25519; do
    [ -f "$key" ] || continue
    ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes \\
      -o IdentityAgent=none -v -i "$key" "$account@127.0.0.1" true </dev/null 2>&1 | grep -q '^Authenticated to' &&
      printf '%s %s\\n' "$account" "$(ssh-keygen -l -f "$key.pub" | cut -d ' ' -f 2)"
  done
done
ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes \\
  -i cert -o CertificateFile=cert-cert.pub alice@127.0.0.1 true </dev/null >/dev/null 2>&1
journalctl --sync; true`;

/** Of the log only files are left, of which the older is packed; then alice comes once more. */
const ROTATE = `
systemctl stop systemd-journald.socket systemd-journald-dev-log.socket systemd-journald-audit.socket systemd-journald 2>/dev/null || true
rm -rf /run/log/journal /var/log/journal
cp /var/log/auth.log /var/log/auth.log.1; gzip /var/log/auth.log.1; rm /var/log/auth.log
head -c 0 /dev/null >/var/log/auth.log
printf '%s web1 sshd[4242]: Accepted publickey for alice from 192.0.2.7 port 4242 ssh2: %s\\n' \
  "$(date '+%b %e %H:%M:%S')" "ED25519 $(ssh-keygen -l -f /keys/alice.pub | cut -d ' ' -f 2)" >>/var/log/auth.log`;

interface Told {
  readonly hosts: readonly {
    readonly grants: readonly {
      readonly account: string;
      readonly fingerprint: string;
      readonly standing: string;
      readonly authority: boolean;
      readonly seen: string;
      readonly lastLogin?: { readonly from: string; readonly times: number };
      readonly options: readonly { readonly name: string; readonly value: string }[];
    }[];
    readonly log: { readonly sources: readonly string[] };
    readonly certificates: readonly { readonly source: string; readonly id: string }[];
    readonly blind: readonly { readonly what: string; readonly why: string }[];
  }[];
}

/** What is listed as open is what sshd lets in, key by key and account by account; and the log says so afterwards. */
async function tryList(lab: Lab, fixture?: string): Promise<Outcome> {
  // Many refused logins from one address are what penalties are for; they are not what is asked here.
  const calm =
    'sshd -T 2>/dev/null | grep -q ^persourcepenalties && echo "PerSourcePenalties no" >>/etc/ssh/sshd_config.d/10-keys.conf';
  const setup = await lab.host.run(`set -e${MANY_KEYS}\n${calm} && systemctl restart ssh; true`, { timeoutMs: 60_000 });
  if (setup.code !== 0) return { problems: [`setup script: ${setup.stderr}`], seen: {} };
  const logins = await lab.host.run(LOGINS, { timeoutMs: 80_000 });
  const real = new Set(logins.stdout.split('\n').filter((line) => line !== ''));
  const ran = await sshwhyKeys(lab, ['list', '--json']);
  if (ran.code !== 0) return { problems: [`keys list: exit ${ran.code}: ${ran.stderr}`], seen: {} };
  const problems: string[] = [];
  const [host] = (JSON.parse(ran.stdout) as Told).hosts;
  if (real.size < 10) problems.push(`only ${real.size} logins work: ${logins.stderr}`);
  const listed = (host?.grants ?? []).filter(
    ({ authority, options }) => !authority && !options.some(({ value }) => value === '192.0.2.1'),
  );
  const open = new Set(
    listed.filter(({ standing }) => standing === 'open').map(({ account, fingerprint }) => `${account} ${fingerprint}`),
  );
  for (const one of real) if (!open.has(one)) problems.push(`sshd lets ${one} in, and it is not listed as open`);
  for (const one of open) {
    // Nobody has the stick.
    const grant = listed.find(({ account, fingerprint }) => `${account} ${fingerprint}` === one);
    const stick = grant?.options.some(({ name }) => name === 'no-touch-required');
    if (!real.has(one) && !stick) problems.push(`${one} is listed as open, and sshd does not let it in`);
  }
  for (const { account, fingerprint, seen } of listed) {
    const used = real.has(`${account} ${fingerprint}`);
    if ((seen === 'seen') !== used)
      problems.push(`${account} ${fingerprint}: ${seen}, and it was ${used ? '' : 'not '}used`);
  }
  if (!host?.certificates.some(({ source, id }) => source === 'log' && id === 'alice-laptop'))
    problems.push('the certificate that was used is not listed');
  for (const { what, why } of host?.blind ?? []) problems.push(`blind: ${what}: ${why}`);
  const bundle = await run([...SSHWHY, 'collect', '--keys', '--on', door(lab)], { timeoutMs: 60_000 });
  if (/PRIVATE KEY|b3BlbnNzaC1rZXk/.test(bundle.stdout)) problems.push('a private key is in the bundle');
  if (fixture !== undefined && problems.length === 0) {
    mkdirSync(join(fixture, '..'), { recursive: true });
    writeFileSync(fixture, bundle.stdout);
  }
  problems.push(...(await tryRotated(lab, host)));
  return { problems, seen: {} };
}

async function tryRotated(lab: Lab, before: Told['hosts'][number] | undefined): Promise<string[]> {
  const rotated = await lab.host.run(`set -e${ROTATE}`, { timeoutMs: 30_000 });
  if (rotated.code !== 0) return [`rotate: ${rotated.stderr}`];
  const ran = await sshwhyKeys(lab, ['list', '--json']);
  if (ran.code !== 0) return [`keys list, log rotated: exit ${ran.code}: ${ran.stderr}`];
  const [after] = (JSON.parse(ran.stdout) as Told).hosts;
  if (after?.log.sources.join() !== '/var/log/auth.log') return [`log: ${after?.log.sources.join()}`];
  return (before?.grants ?? []).flatMap((grant, at) => {
    const now = after.grants[at];
    const again =
      grant.account === 'alice' &&
      grant.fingerprint === before?.grants.find(({ account }) => account === 'alice')?.fingerprint;
    const times = (grant.lastLogin?.times ?? 0) + (again ? 1 : 0);
    const from = again ? '192.0.2.7' : grant.lastLogin?.from;
    return now?.lastLogin?.times === (times || undefined) && now?.lastLogin?.from === from
      ? []
      : [
          `log rotated: ${grant.account} ${grant.fingerprint}: ${JSON.stringify(now?.lastLogin)}, not ${times} times, last from ${from}`,
        ];
  });
}

export const keysTrials: readonly KeysTrial[] = [
  { name: 'list', try: tryList },
  { name: 'rotate', try: tryRotate },
  { name: 'revoke', try: tryRevoke },
];
