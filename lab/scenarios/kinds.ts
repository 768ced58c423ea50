import type { Suite } from '../seed.ts';
import { PASSWORD } from '../seed.ts';

/** One kind of attempt, or of what a service does: what the real programs write of it becomes a template. */
export interface Kind {
  readonly name: string;
  readonly suites?: readonly Suite[];
  /** Prepares the server; what it writes is no part of the template. */
  readonly prepare?: string;
  /** Run on the client, on the server, or both, the client first. Either may fail. */
  readonly client?: string;
  readonly server?: string;
  /** Undoes what was prepared. */
  readonly after?: string;
  /** Seconds until all has been written. */
  readonly settle?: number;
}

const SSH = 'ssh -o ConnectTimeout=5';
const KEYLESS = `${SSH} -o PubkeyAuthentication=no`;

/** Types one password after the other, the last one again and again. */
const typing = (user: string, passwords: readonly string[]): string => `
  n=$TMP/typed; echo 0 >$n
  cat >$TMP/typer <<'END'
#!/bin/sh
i=$(cat $TMP/typed); echo $((i + 1)) >$TMP/typed
case $i in
${passwords.map((password, i) => `${i === passwords.length - 1 ? '*' : i}) echo '${password}';;`).join('\n')}
esac
END
  chmod 700 $TMP/typer
  SSH_ASKPASS=$TMP/typer SSH_ASKPASS_REQUIRE=force ${KEYLESS} -o NumberOfPasswordPrompts=${passwords.length} ${user}@web1 true`;

const wrong = (n: number): string[] => Array.from({ length: n }, (_, i) => `wrong${i}`);
const OTHER_KEY = '[ -f $TMP/other ] || ssh-keygen -q -t ed25519 -N "" -f $TMP/other';
const MANY_KEYS = 'for i in 1 2 3 4 5 6 7; do [ -f $TMP/k$i ] || ssh-keygen -q -t ed25519 -N "" -f $TMP/k$i; done';

export const KINDS: readonly Kind[] = [
  { name: 'login-key', client: `${SSH} -o BatchMode=yes alice@web1 true` },
  { name: 'login-password', client: typing('bob', [PASSWORD]) },
  { name: 'typo-then-login', client: typing('bob', ['wrong', PASSWORD]) },
  { name: 'password-1', client: typing('bob', wrong(1)) },
  { name: 'password-3', client: typing('bob', wrong(3)) },
  { name: 'password-6', client: typing('bob', wrong(6)) },
  { name: 'root-password-1', client: typing('root', wrong(1)) },
  { name: 'root-password-6', client: typing('root', wrong(6)) },
  { name: 'unknown-password-1', client: typing('nobody-here', wrong(1)) },
  { name: 'unknown-password-3', client: typing('nobody-here', wrong(3)) },
  { name: 'unknown-key', client: `${SSH} -o BatchMode=yes nobody-here@web1 true` },
  {
    name: 'key-refused',
    client: `${OTHER_KEY}; ${SSH} -o BatchMode=yes -o IdentitiesOnly=yes -i $TMP/other alice@web1 true`,
  },
  {
    name: 'keys-refused-then-login',
    client: `${MANY_KEYS}; ${SSH} -o BatchMode=yes -o IdentitiesOnly=yes -i $TMP/k1 -i $TMP/k2 -i /root/.ssh/id_ed25519 alice@web1 true`,
  },
  {
    name: 'too-many-keys',
    client: `${MANY_KEYS}; ${SSH} -o BatchMode=yes -o IdentitiesOnly=yes $(for i in 1 2 3 4 5 6 7; do echo "-i $TMP/k$i"; done) alice@web1 true`,
  },
  {
    name: 'keys-refused-verbose',
    prepare: 'echo "LogLevel VERBOSE" >/etc/ssh/sshd_config.d/20-verbose.conf; systemctl restart ssh; sleep 1',
    client: `${MANY_KEYS}; ${SSH} -o BatchMode=yes -o IdentitiesOnly=yes -i $TMP/k1 -i $TMP/k2 -i /root/.ssh/id_ed25519 alice@web1 true`,
  },
  {
    name: 'key-refused-verbose',
    client: `${MANY_KEYS}; ${SSH} -o BatchMode=yes -o IdentitiesOnly=yes -i $TMP/k1 -i $TMP/k2 alice@web1 true`,
    after: 'rm /etc/ssh/sshd_config.d/20-verbose.conf; systemctl restart ssh; sleep 1',
  },
  { name: 'connect-and-close', client: `bash -c 'exec 3<>/dev/tcp/10.77.2.20/22; exec 3>&-'` },
  { name: 'banner-and-close', client: `bash -c 'exec 3<>/dev/tcp/10.77.2.20/22; head -1 <&3; exec 3>&-'` },
  {
    name: 'http',
    client: `bash -c 'exec 3<>/dev/tcp/10.77.2.20/22; printf "GET / HTTP/1.1\\r\\n\\r\\n" >&3; timeout 3 cat <&3'`,
  },
  { name: 'keyscan', client: 'ssh-keyscan -T 5 -t ed25519 10.77.2.20' },
  { name: 'old-cipher', client: `${SSH} -o BatchMode=yes -o Ciphers=aes128-cbc alice@web1 true` },
  {
    name: 'not-allowed',
    prepare: 'echo "AllowUsers bob" >/etc/ssh/sshd_config.d/20-allow.conf; systemctl reload ssh; sleep 1',
    client: `${SSH} -o BatchMode=yes alice@web1 true`,
    after: 'rm /etc/ssh/sshd_config.d/20-allow.conf; systemctl reload ssh; sleep 1',
  },
  { name: 'reload', server: 'systemctl reload ssh', settle: 2 },
  { name: 'restart', server: 'systemctl restart ssh', settle: 2 },
  {
    name: 'restart-invalid',
    server: 'echo "PermitRootLogn no" >/etc/ssh/sshd_config.d/20-bad.conf; systemctl restart ssh',
    settle: 8,
    after: 'rm /etc/ssh/sshd_config.d/20-bad.conf; systemctl reset-failed ssh; systemctl start ssh; sleep 1',
  },
];
