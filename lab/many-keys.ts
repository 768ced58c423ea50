import type { Lab } from './host.ts';

export const door = (lab: Lab): string => `exec:nsenter -t ${lab.host.pid} -a`;

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

/** Puts them there, and tries each: `real` has "ACCOUNT FINGERPRINT" of every login that sshd takes. */
export async function withManyKeys(
  lab: Lab,
): Promise<{ readonly real: ReadonlySet<string>; readonly problem?: string }> {
  // Many refused logins from one address are what penalties are for; they are not what is asked here.
  const calm =
    'sshd -T 2>/dev/null | grep -q ^persourcepenalties && echo "PerSourcePenalties no" >>/etc/ssh/sshd_config.d/10-keys.conf';
  const setup = await lab.host.run(`set -e${MANY_KEYS}\n${calm} && systemctl restart ssh; true`, { timeoutMs: 60_000 });
  if (setup.code !== 0) return { real: new Set(), problem: `setup script: ${setup.stderr}` };
  const logins = await lab.host.run(LOGINS, { timeoutMs: 80_000 });
  return { real: new Set(logins.stdout.split('\n').filter((line) => line !== '')) };
}
