import { dropbear, NO_PENALTY, startFail2ban } from './scripts.ts';
import type { Suite } from './seed.ts';

/** Ways through the daemons of a host, and what they must have written afterwards. */
export interface EventPaths {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly alone?: true;
  /** Scripts in turn. What they say is not looked at: most of them are refused. */
  readonly steps: readonly (readonly ['server' | 'client', string])[];
  /** Events that all suites write; of `only` those suites alone. */
  readonly events: readonly string[];
  readonly only?: Readonly<Partial<Record<Suite, readonly string[]>>>;
  /** Files of the host that belong to the log as well. */
  readonly files?: readonly string[];
  /** What `ssh -vvv` said, in `$TMP/NAME.vvv` of the client. */
  readonly told?: readonly string[];
}

/** `k` logs in by key, `p` with a password. */
const TOOLS = `
k() { timeout 15 ssh -o BatchMode=yes -o ConnectTimeout=8 "$@" </dev/null; }
printf '#!/bin/sh\\nprintf "%%s\\\\n" "$PW"\\n' >$TMP/ask; chmod 755 $TMP/ask
p() { word=$1; shift; PW=$word SSH_ASKPASS=$TMP/ask SSH_ASKPASS_REQUIRE=force timeout 20 ssh -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1 -o ConnectTimeout=8 "$@" </dev/null; }
GOOD='correct horse battery staple'
say() { python3 -c "
import socket, sys, time
s = socket.create_connection(('$SERVER', 22), 5)
s.sendall(sys.argv[1].encode().decode('unicode_escape').encode('latin1'))
time.sleep(float(sys.argv[2]))" "$@"; }
knock() { python3 -c "
import socket, sys
try: socket.create_connection((sys.argv[1], int(sys.argv[2])), 1).close()
except OSError: pass" "$@"; }
`;

const ACCOUNTS = `
account() { useradd -m -s /bin/bash $1 && usermod -p '*' $1 && mkdir -p /home/$1/.ssh && printf '%s%s\\n' "\${2:-}" "$PUBKEY" >/home/$1/.ssh/authorized_keys
  chown -R $1: /home/$1/.ssh; chmod 700 /home/$1/.ssh; chmod 600 /home/$1/.ssh/authorized_keys; }
mkdir -p /etc/ssh/sshd_config.d
`;

const penaltyLine =
  "sshd -T | grep -qi persourcepenalties && echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/10-no-penalty.conf";

export const eventPaths: readonly EventPaths[] = [
  {
    name: 'logins',
    steps: [
      [
        'server',
        `${ACCOUNTS}
${penaltyLine}
for u in listed grouped homeless loose chrooted sftponly forwardless single twofactor nomethod commanded certified; do account $u; done
account sourced 'from="192.0.2.0/24" '; account late 'expiry-time="20200101" '; account forced 'command="id" '
groupadd keptout; usermod -aG keptout grouped
account shellless; usermod -s /usr/bin/no-such-shell shellless
account locked; usermod -p '!' locked; sed -i 's/^UsePAM yes/UsePAM yes/' /etc/ssh/sshd_config
account expired; chage -E 1 expired
account aged; echo "aged:correct horse battery staple" | chpasswd; chage -d 0 aged
rm -rf /home/homeless; chmod 777 /home/loose
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ca; mkdir /run/keys; cd /run/keys
for one in good old other revoked narrow; do printf '%s\\n' "$PUBKEY" >$one.pub; done
ssh-keygen -q -s /etc/ssh/ca -I laptop-good -n certified -z 7 good.pub
ssh-keygen -q -s /etc/ssh/ca -I laptop-old -n certified -V 20200101:20200201 old.pub
ssh-keygen -q -s /etc/ssh/ca -I laptop-other -n somebody other.pub
ssh-keygen -q -s /etc/ssh/ca -I 'narrow from 192.0.2.9 port 1 ssh2' -n certified -O source-address=192.0.2.0/24 narrow.pub
ssh-keygen -q -s /etc/ssh/ca -I laptop-revoked -n certified -z 13 revoked.pub
printf 'serial: 13\\n' >spec; ssh-keygen -q -k -f /etc/ssh/revoked -s /etc/ssh/ca.pub spec
rm /home/certified/.ssh/authorized_keys; mkdir -p /srv/keys; cp *-cert.pub /srv/keys; chmod -R a+rX /srv/keys
printf '#!/bin/sh\\nexit 7\\n' >/usr/local/bin/keys; chmod 755 /usr/local/bin/keys
sed -i '/^Subsystem.sftp/s/$/ -l INFO/' /etc/ssh/sshd_config
cat >/etc/ssh/sshd_config.d/00-events.conf <<'END'
LogLevel VERBOSE
PasswordAuthentication yes
ChallengeResponseAuthentication yes
MaxAuthTries 3
DenyUsers listed
DenyGroups keptout
PermitRootLogin prohibit-password
TrustedUserCAKeys /etc/ssh/ca.pub
RevokedKeys /etc/ssh/revoked
Match User forwardless
  AllowTcpForwarding no
  AllowAgentForwarding no
  AllowStreamLocalForwarding no
  X11Forwarding no
  PermitTTY no
Match User chrooted
  ChrootDirectory /home/chrooted
Match User sftponly
  ForceCommand internal-sftp -l INFO
Match User single
  MaxSessions 1
Match User twofactor
  AuthenticationMethods publickey,password
Match User nomethod
  AuthenticationMethods publickey,password
  PasswordAuthentication no
Match User commanded
  AuthorizedKeysFile none
  AuthorizedKeysCommand /usr/local/bin/keys %u
  AuthorizedKeysCommandUser nobody
END
systemctl restart ssh; sshd -t`,
      ],
      [
        'client',
        `${TOOLS}
k alice@web1 true; k -6 alice@web1 true; k alice@web1 exit 3; k -tt alice@web1 true
p "$GOOD" -o PreferredAuthentications=password bob@web1 true
p "$GOOD" -o PreferredAuthentications=keyboard-interactive bob@web1 true
p wrong -o PreferredAuthentications=password bob@web1
p wrong -o PreferredAuthentications=keyboard-interactive bob@web1
p wrong -o PreferredAuthentications=password nobody-here@web1
p wrong -o PreferredAuthentications=keyboard-interactive nobody-here@web1
p wrong -o PreferredAuthentications=password root@web1
ssh-keygen -q -t ed25519 -N '' -f $TMP/other; k -i $TMP/other -o IdentitiesOnly=yes alice@web1
k -o PreferredAuthentications=none alice@web1
k root@web1
for u in listed grouped shellless locked expired homeless loose sourced late nobody-here twofactor nomethod commanded chrooted sftponly aged; do k $u@web1 true; done
p wrong listed@web1; p "$GOOD" aged@web1 true; k forced@web1
k 'root from 192.0.2.1 port 22 ssh2'@web1; k 'x [preauth]'@web1; k 'invalid user y'@web1; k ' '@web1
for i in 1 2 3 4; do ssh-keygen -q -t ed25519 -N '' -f $TMP/many$i; done
k -o IdentitiesOnly=yes -i $TMP/many1 -i $TMP/many2 -i $TMP/many3 -i $TMP/many4 alice@web1
PW=wrong SSH_ASKPASS=$TMP/ask SSH_ASKPASS_REQUIRE=force timeout 30 ssh -o PubkeyAuthentication=no -o PreferredAuthentications=password -o NumberOfPasswordPrompts=5 bob@web1 </dev/null`,
      ],
      [
        'client',
        `${TOOLS}
for one in good old other narrow revoked; do k alice@web1 cat /srv/keys/$one-cert.pub >$TMP/$one-cert.pub; done
for one in good old other narrow revoked; do k -o CertificateFile=$TMP/$one-cert.pub certified@web1 true; done
echo 'ls' | sftp -b - alice@web1; echo 'ls' | sftp -b - sftponly@web1; k -s alice@web1 no-such; k -s alice@web1 sftp
k -N -o ExitOnForwardFailure=yes -R 2200:localhost:22 forwardless@web1 &
k -W localhost:22 forwardless@web1; k -W localhost:9 alice@web1; k -A forwardless@web1 true; k -tt forwardless@web1 true
k -N -o ExitOnForwardFailure=yes -R 22:localhost:22 alice@web1
k -o ExitOnForwardFailure=yes -R /tmp/sock:localhost:22 forwardless@web1
k -M -S $TMP/mux -fN single@web1; k -S $TMP/mux single@web1 true; k -S $TMP/mux single@web1 sleep 3 & sleep 1; k -S $TMP/mux single@web1 true; ssh -S $TMP/mux -O exit single@web1
k -o SetEnv=LC_X=1 alice@web1 'kill -9 $PPID'
k alice@web1 sleep 30 & victim=$!; sleep 1.5; kill -9 $victim; pkill -9 -P $victim; wait; true`,
      ],
      [
        'server',
        `printf 'PermitRootLogin forced-commands-only\\n' >/etc/ssh/sshd_config.d/00-a.conf; mkdir -p /root/.ssh; printf '%s\\n' "$PUBKEY" >/root/.ssh/authorized_keys; systemctl restart ssh`,
      ],
      ['client', `${TOOLS}\nk root@web1`],
      [
        'server',
        `printf 'command="id" %s\\n' "$PUBKEY" >/root/.ssh/authorized_keys; printf 'PermitRootLogin forced-commands-only\\nAllowUsers root bob\\n' >/etc/ssh/sshd_config.d/00-a.conf; systemctl restart ssh`,
      ],
      ['client', `${TOOLS}\nk root@web1; k alice@web1`],
      ['server', `printf 'AllowGroups bob\\n' >/etc/ssh/sshd_config.d/00-a.conf; systemctl restart ssh`],
      ['client', `${TOOLS}\nk alice@web1`],
      ['server', `systemctl reload ssh; sleep 1; systemctl restart ssh`],
    ],
    events: [
      ...['accepted', 'accepted-certificate', 'failed-password', 'failed-publickey', 'invalid-user', 'partial'],
      ...['failed-invalid-user', 'postponed', 'max-attempts', 'not-allowed-list', 'not-allowed-group', 'shell-invalid'],
      ...['bad-modes', 'wrong-source', 'key-revoked', 'certificate-invalid', 'root-refused', 'root-forced-command'],
      ...['subsystem-failed', 'starting-session', 'close-session', 'disconnecting', 'listening', 'restarting'],
      ...['closed-unauthenticated', 'disconnected-user', 'received-disconnect', 'terminating', 'chroot'],
      ...['max-sessions', 'sftp-only', 'forward-refused'],
    ]
      .map((one) => `sshd/${one}`)
      .concat('sftp/session'),
  },
  {
    name: 'handshake',
    steps: [
      [
        'server',
        `${ACCOUNTS}
${penaltyLine}
printf 'LogLevel VERBOSE\\nKexAlgorithms ecdh-sha2-nistp256\\nCiphers aes256-ctr\\nMACs hmac-sha2-512\\nHostKeyAlgorithms ssh-ed25519\\n' >/etc/ssh/sshd_config.d/00-events.conf
systemctl restart ssh`,
      ],
      [
        'client',
        `${TOOLS}
k -o KexAlgorithms=curve25519-sha256 alice@web1; k -o Ciphers=aes128-ctr alice@web1; k -o MACs=hmac-sha2-256 alice@web1
k -o HostKeyAlgorithms=rsa-sha2-512 alice@web1
k -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes alice@web1
say 'GET / HTTP/1.1\\r\\nHost: web1\\r\\n\\r\\n' 1; say 'SSH-1.5-old\\r\\n' 1; say 'SSH-2.0-x\\r\\n' 1; say 'SSH-2.0-x\\r\\nABCDEFGHIJKLMNOPQRSTUVWXYZ\\r\\n' 1
say 'SSH-9.9-x\\r\\n' 1; say '\\x16\\x03\\x01\\x02\\x00\\x01\\x00' 1; say '' 0; say '' 1
say 'from 192.0.2.1 port 22: Accepted password for root\\r\\n' 1; say '\\x1b[31mred\\r\\n' 1
knock $SERVER 22; ssh-keyscan -t ed25519,rsa $SERVER; ssh-keyscan -6 fd77:2::20
python3 -c "
import socket, struct
s = socket.create_connection(('$SERVER', 22)); s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); s.recv(100); s.close()"
python3 -c "
import socket, time
s = socket.create_connection(('$SERVER', 22)); s.sendall(b'SSH-2.0-' + b'a' * 400 + bytes([13, 10])); time.sleep(1)"
true`,
      ],
    ],
    events: [
      ...['no-common-algorithm', 'closed', 'banner-exchange', 'identification-closed'],
      ...['connection-from'],
    ].map((one) => `sshd/${one}`),
  },
  {
    name: 'limits',
    steps: [
      [
        'server',
        `${ACCOUNTS}
printf 'LoginGraceTime 3\\nMaxStartups 3:100:3\\n' >/etc/ssh/sshd_config.d/00-events.conf
${penaltyLine}
systemctl restart ssh`,
      ],
      [
        'client',
        `python3 -c "
import socket, time
held = [socket.create_connection(('$SERVER', 22)) for _ in range(5)]
time.sleep(5)"
true`,
      ],
      [
        'server',
        `printf 'LoginGraceTime 3\\n' >/etc/ssh/sshd_config.d/00-events.conf
sshd -T | grep -qi persourcemaxstartups && echo 'PerSourceMaxStartups 1' >>/etc/ssh/sshd_config.d/00-events.conf; systemctl restart ssh`,
      ],
      [
        'client',
        `python3 -c "
import socket, time
held = [socket.create_connection(('$SERVER', 22)) for _ in range(3)]
time.sleep(5)"
true`,
      ],
      [
        'server',
        `rm -f /etc/ssh/sshd_config.d/*; sshd -T | grep -qi persourcepenalties && printf 'PerSourcePenalties noauth:4s authfail:4s min:1s max:8s\\n' >/etc/ssh/sshd_config.d/00-events.conf
systemctl restart ssh`,
      ],
      ['client', `${TOOLS}\nfor i in 1 2 3; do k nobody-here@web1; done; sleep 5; true`],
      [
        'server',
        `sshd -T | grep -qi persourcepenalties && printf 'PerSourcePenalties grace-exceeded:4s min:1s\\nLoginGraceTime 2\\n' >/etc/ssh/sshd_config.d/00-events.conf; systemctl restart ssh`,
      ],
      [
        'client',
        `python3 -c "
import socket, time
held = socket.create_connection(('$SERVER', 22)); time.sleep(3.5)
socket.create_connection(('$SERVER', 22))"; sleep 6; true`,
      ],
      ['server', `rm -f /etc/ssh/sshd_config.d/*; systemctl restart ssh; echo 'sshd: 10.77. ' >/etc/hosts.deny`],
      ['client', `${TOOLS}\nk alice@web1; k -6 alice@web1 true`],
      [
        'server',
        `rm -f /etc/hosts.deny; printf '[Unit]\\n' >/dev/null; sed -i '1i Bogus yes' /etc/ssh/sshd_config; sshd -t; systemctl restart ssh; sed -i 1d /etc/ssh/sshd_config; systemctl reset-failed ssh; systemctl restart ssh; true`,
      ],
    ],
    events: ['sshd/drop-max-startups', 'sshd/tcp-wrappers', 'sshd/config-option'],
    only: {
      bullseye: ['sshd/throttling'],
      bookworm: ['sshd/throttling'],
      trixie: ['sshd/drop-penalty', 'sshd/grace-timeout'],
    },
  },
  {
    name: 'pam',
    steps: [
      [
        'server',
        `${ACCOUNTS}
${penaltyLine}
printf 'PasswordAuthentication yes\\nChallengeResponseAuthentication yes\\nLogLevel VERBOSE\\n' >/etc/ssh/sshd_config.d/00-events.conf
for u in kept listed many few; do account $u; done
echo '-:kept:ALL' >>/etc/security/access.conf; echo listed >/etc/refused
printf 'many hard maxlogins 0\\nfew hard maxlogins 1\\n' >/etc/security/limits.d/many.conf
sed -i '1i account required pam_access.so\\naccount required pam_listfile.so item=user sense=deny file=/etc/refused onerr=succeed' /etc/pam.d/sshd
systemctl restart ssh`,
      ],
      [
        'client',
        `${TOOLS}\nk kept@web1; k listed@web1; k many@web1; k -tt few@web1 sleep 4 & sleep 1.5; k -tt few@web1 true; k alice@web1 true; p "$GOOD" bob@web1 true`,
      ],
      ['server', 'echo maintenance >/etc/nologin'],
      ['client', `${TOOLS}\nk alice@web1`],
      [
        'server',
        `rm /etc/nologin
sed -i '/^auth.*pam_unix.so/c auth required pam_faillock.so preauth deny=2 unlock_time=600\\nauth [success=2 default=ignore] pam_unix.so\\nauth [default=die] pam_faillock.so authfail deny=2 unlock_time=600' /etc/pam.d/common-auth`,
      ],
      [
        'client',
        `${TOOLS}\nfor i in 1 2 3; do p wrong -o PreferredAuthentications=password bob@web1; done; p wrong nobody-here@web1`,
      ],
      [
        'server',
        `sed -i '1i auth required pam_google_authenticator.so' /etc/pam.d/sshd; rm -rf /run/faillock/* /var/run/faillock/*
printf 'JBSWY3DPEHPK3PXPJBSWY3DPEH\\n" WINDOW_SIZE 3\\n" TOTP_AUTH\\n' >/home/alice/.google_authenticator; chown alice: /home/alice/.google_authenticator; chmod 400 /home/alice/.google_authenticator`,
      ],
      ['client', `${TOOLS}\np 123456 -o PreferredAuthentications=keyboard-interactive alice@web1; p 123456 bob@web1`],
      ['server', `sed -i 1d /etc/pam.d/sshd; sed -i '1i auth required pam_no_such.so' /etc/pam.d/sshd`],
      ['client', `${TOOLS}\np "$GOOD" bob@web1`],
      [
        'server',
        `sed -i 1d /etc/pam.d/sshd; sed -i '1i account required pam_succeed_if.so user notin alice:bob' /etc/pam.d/sshd; echo 'session required pam_deny.so' >>/etc/pam.d/sshd`,
      ],
      ['client', `${TOOLS}\nk alice@web1; k many@web1; k root@web1`],
    ],
    events: [
      ...['access-denied', 'listfile', 'faillock', 'second-factor', 'module-missing', 'requirement', 'session'],
      ...['authentication-failure', 'user-unknown'],
    ].map((one) => `pam/${one}`),
    only: { bullseye: ['pam/limits'], bookworm: ['pam/limits'] },
  },
  {
    name: 'bans',
    files: ['/var/log/fail2ban.log'],
    steps: [
      ['server', `${NO_PENALTY}\n${startFail2ban('nftables', 'maxretry = 2\\nbantime = 4\\nfindtime = 60\\n')}`],
      [
        'client',
        `${TOOLS}\nfor i in 1 2 3; do timeout 3 ssh -o BatchMode=yes -o ConnectTimeout=2 nobody-here@web1; sleep 0.7; done; sleep 6; true`,
      ],
      [
        'server',
        `sed -i 's/^bantime = 4/bantime = 600/' /etc/fail2ban/jail.d/sshd.local; fail2ban-client set sshd bantime 600; sleep 0.5; fail2ban-client set sshd banip 10.77.2.99 192.0.2.44; fail2ban-client set sshd banip 2001:db8::7; sleep 1
fail2ban-client set sshd unbanip 192.0.2.44; sleep 1; systemctl restart fail2ban; sleep 3; fail2ban-client set sshd addignoreip 10.77.2.10; sleep 1`,
      ],
      ['client', `${TOOLS}\nk nobody-here@web1; sleep 1; true`],
      [
        'server',
        'systemctl stop fail2ban; command -v sshguard >/dev/null || exit 0; systemctl start sshguard; sleep 2',
      ],
      [
        'client',
        `${TOOLS}\nfor i in 1 2 3 4 5 6; do timeout 3 ssh -o BatchMode=yes -o ConnectTimeout=2 nobody-here@web1; done; true`,
      ],
      ['server', 'sleep 1; systemctl stop sshguard; true'],
    ],
    events: ['found', 'ban', 'unban', 'ban-restored', 'jail'].map((one) => `fail2ban/${one}`),
    only: { bookworm: ['sshguard/attack', 'sshguard/block'], trixie: ['sshguard/attack', 'sshguard/block'] },
  },
  {
    name: 'dropbear',
    files: ['/root/dropbear.txt'],
    steps: [
      [
        'server',
        `${ACCOUNTS}
systemctl disable --now ssh.service ssh.socket 2>/dev/null
account rejected; usermod -s /usr/bin/no-such-shell rejected; account loose; chmod 777 /home/loose/.ssh
mkdir -p /root/.ssh; printf '%s\\n' "$PUBKEY" >/root/.ssh/authorized_keys
${dropbear(2222)}
setsid dropbear -F -p 22 -w -T 3 -r /etc/dropbear/key >/dev/null 2>&1 &
setsid dropbear -F -E -p 2223 -w -r /etc/dropbear/key >/root/dropbear.txt 2>&1 &
sleep 1`,
      ],
      [
        'client',
        `${TOOLS}
S="-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
for port in 22 2223; do
  k $S -p $port alice@web1 true; k -6 $S -p $port alice@web1 true; p "$GOOD" $S -p $port bob@web1 true; p wrong $S -p $port bob@web1; k $S -p $port nobody-here@web1; p wrong $S -p $port nobody-here@web1
  k $S -p $port root@web1; p wrong $S -p $port root@web1; k $S -p $port rejected@web1; k $S -p $port loose@web1; k $S -p $port "x' from 192.0.2.1:22"@web1
  ssh-keygen -q -t ed25519 -N '' -f $TMP/other$port; k $S -o IdentitiesOnly=yes -i $TMP/other$port -p $port alice@web1
  k $S -o KexAlgorithms=diffie-hellman-group16-sha512 -p $port alice@web1; k $S -o Ciphers=aes128-cbc -p $port alice@web1
  PW=wrong SSH_ASKPASS=$TMP/ask SSH_ASKPASS_REQUIRE=force timeout 30 ssh $S -p $port -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=12 bob@web1 </dev/null
  k $S -p $port alice@web1 sleep 20 & victim=$!; sleep 1.5; pkill -9 -P $victim; wait
done
say 'GET / HTTP/1.1\\r\\n\\r\\n' 1; say '' 0; say 'SSH-1.5-old\\r\\n' 1; knock $SERVER 22; true`,
      ],
    ],
    events: [
      ...[
        'accepted',
        'bad-password',
        'unknown-user',
        'user-refused',
        'max-tries',
        'child',
        'exit-refused',
        'no-algorithm',
      ],
      ...['exit-before', 'exit'],
    ].map((one) => `dropbear/${one}`),
  },
  {
    // Of a namespace the kernel writes nothing unless the whole machine is told to (net.netfilter.nf_log_all_netns).
    name: 'firewall',
    alone: true,
    steps: [
      [
        'server',
        `nft 'table inet lab { chain input { type filter hook input priority 0; policy accept; tcp dport 22 ip saddr 10.77.2.10 tcp flags syn log prefix "nft drop: " drop; tcp dport 22 ip6 saddr fd77:2::10 log prefix "[reject] " reject with tcp reset; tcp dport 2222 log prefix "seen " ; tcp dport 2223 log; }; }'`,
      ],
      ['client', `${TOOLS}\nfor to in "$SERVER 22" "fd77:2::20 22" "$SERVER 2222" "$SERVER 2223"; do knock $to; done`],
      [
        'server',
        `nft delete table inet lab; iptables -A INPUT -p tcp --dport 22 -j LOG --log-prefix 'IPT-DROP: ' --log-tcp-options --log-uid; iptables -A INPUT -p tcp --dport 22 -j DROP`,
      ],
      ['client', `${TOOLS}\nknock $SERVER 22`],
      [
        'server',
        `iptables -F; ufw --force enable >/dev/null; ufw logging medium >/dev/null; ufw limit 2222/tcp >/dev/null; sleep 0.5`,
      ],
      [
        'client',
        `${TOOLS}\nknock $SERVER 22; knock fd77:2::20 22; for i in 1 2 3 4 5 6 7 8 9; do knock $SERVER 2222; done`,
      ],
    ],
    events: ['ufw-block', 'dropped', 'rejected', 'logged'].map((one) => `kernel/${one}`),
  },
  {
    name: 'client',
    suites: ['bookworm'],
    steps: [
      [
        'server',
        `${ACCOUNTS}
account chrooted; account forwardless; account expired; chage -E 1 expired
printf 'MaxAuthTries 3\\nMatch User chrooted\\n  ChrootDirectory /home/chrooted\\nMatch User forwardless\\n  AllowTcpForwarding no\\n' >/etc/ssh/sshd_config.d/00-events.conf
systemctl restart ssh; setsid busybox httpd -p 8080 >/dev/null 2>&1
nft 'table inet lab { chain input { type filter hook input priority 0; tcp dport 2201 drop; }; }'`,
      ],
      [
        'client',
        `${TOOLS}
v() { name=$1; shift; k -vvv "$@" true 2>$TMP/$name.vvv; }
for i in 1 2 3 4; do ssh-keygen -q -t ed25519 -N '' -f $TMP/many$i; done
v denied -o IdentitiesOnly=yes -i $TMP/many1 alice@web1
printf 'web1 %s\\n' "$(cut -d' ' -f 1,2 $TMP/many1.pub)" >$TMP/changed
v host-key-changed -o StrictHostKeyChecking=yes -o UserKnownHostsFile=$TMP/changed -o HostKeyAlgorithms=ssh-ed25519 alice@web1
v host-key-unknown -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/dev/null alice@web1
v refused -p 2200 alice@web1; v timed-out -o ConnectTimeout=2 -p 2201 alice@web1; v no-route alice@192.0.2.1
v no-kex -o KexAlgorithms=diffie-hellman-group1-sha1 alice@web1; v unresolved alice@no-such-host.invalid
v too-many-keys -o IdentitiesOnly=yes -i $TMP/many1 -i $TMP/many2 -i $TMP/many3 -i $TMP/many4 alice@web1
v wrong-service -p 8080 alice@web1
cp /root/.ssh/id_ed25519 $TMP/open; cp /root/.ssh/id_ed25519.pub $TMP/open.pub; chmod 644 $TMP/open; v key-open -o IdentitiesOnly=yes -i $TMP/open alice@web1
v key-missing -o IdentitiesOnly=yes -i $TMP/none alice@web1
v expired expired@web1; v chroot chrooted@web1; v jump -J nobody-here@web1 alice@web1; v subsystem -s alice@web1 no-such
printf 'Bogus yes\\n' >$TMP/config; v config -F $TMP/config alice@web1
k -vvv -W localhost:22 forwardless@web1 2>$TMP/forward.vvv
PW=wrong SSH_ASKPASS=$TMP/ask SSH_ASKPASS_REQUIRE=force timeout 30 ssh -vvv -o PubkeyAuthentication=no bob@web1 </dev/null 2>$TMP/password.vvv
v works alice@web1`,
      ],
      ['server', "echo 'sshd: 10.77. ' >/etc/hosts.deny"],
      ['client', `${TOOLS}\nk -vvv alice@web1 true 2>$TMP/wrapped.vvv; true`],
    ],
    events: [],
    told: [
      ...['denied', 'host-key-changed', 'host-key-unknown', 'refused', 'timed-out', 'no-route', 'no-kex', 'unresolved'],
      ...[
        'too-many-keys',
        'wrong-service',
        'key-open',
        'key-missing',
        'expired',
        'chroot',
        'jump',
        'subsystem',
        'config',
      ],
      ...['forward', 'password', 'works', 'wrapped'],
    ],
  },
];
