/** Makes an auth.log of a server on the Internet: `tsx bench/log-lines.ts COUNT > FILE`. The same seed gives the same lines. */

/** Mulberry32: small, fast, repeatable. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const NAMES = ['admin', 'test', 'oracle', 'ubuntu', 'postgres', 'git', 'pi', 'user', 'deploy', 'ftpuser', 'support'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;
/** Start of the log: 2026-11-01T00:00:00Z. */
const START = Date.UTC(2026, 10, 1);

/**
 * `count` lines in the form of RFC 3164, over 24 days, as blocks of text of about a thousand lines each. Nine in ten are
 * of sshd or PAM, most of them refusals; the rest is of cron, systemd and the kernel's firewall.
 */
export function* logLines(count: number, seed = 1): Generator<string> {
  const next = random(seed);
  const upTo = (n: number): number => Math.floor(next() * n);
  const step = (24 * DAY_MS) / count;
  let block: string[] = [];
  let made = 0;
  const put = (tag: string, message: string): void => {
    if (made === count) return;
    const at = new Date(START + made * step);
    const clock = at.toISOString().slice(11, 19);
    block.push(`${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)} ${clock} web1 ${tag}: ${message}\n`);
    made += 1;
  };
  while (made < count) {
    const address =
      next() < 0.9 ? `203.0.${upTo(114)}.${upTo(256)}` : `2001:db8:${upTo(4096).toString(16)}::${1 + upTo(99)}`;
    const where = `${address} port ${1024 + upTo(64_000)}`;
    const pid = 1000 + upTo(30_000);
    const sshd = `sshd[${pid}]`;
    const dice = next();
    if (dice < 0.5) {
      const name = NAMES[upTo(NAMES.length)];
      put(sshd, `Invalid user ${name} from ${where}`);
      put(sshd, 'pam_unix(sshd:auth): check pass; user unknown');
      put(sshd, `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}`);
      put(sshd, `Failed password for invalid user ${name} from ${where} ssh2`);
      put(sshd, `Received disconnect from ${where}:11: Bye Bye [preauth]`);
      put(sshd, `Disconnected from invalid user ${name} ${where} [preauth]`);
    } else if (dice < 0.7) {
      put(
        sshd,
        `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}  user=root`,
      );
      put(sshd, `Failed password for root from ${where} ssh2`);
      put(sshd, `Connection closed by authenticating user root ${where} [preauth]`);
    } else if (dice < 0.76) {
      put(
        sshd,
        `Accepted publickey for deploy from ${where} ssh2: ED25519 SHA256:+lmEttmatCyobJ/scjJ5WoI+zsf/hyLzRgfCSVsO6oI`,
      );
      put(sshd, 'pam_unix(sshd:session): session opened for user deploy(uid=1000) by (uid=0)');
      put('systemd-logind[512]', `New session ${upTo(99_999)} of user deploy.`);
      put(sshd, `Received disconnect from ${where}:11: disconnected by user`);
      put(sshd, `Disconnected from user deploy ${where}`);
      put(sshd, 'pam_unix(sshd:session): session closed for user deploy');
    } else if (dice < 0.8) {
      put(
        sshd,
        `Unable to negotiate with ${where}: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1 [preauth]`,
      );
    } else if (dice < 0.84) {
      put(sshd, 'error: kex_exchange_identification: Connection closed by remote host');
      put(sshd, `Connection closed by ${where}`);
    } else if (dice < 0.86) {
      put(sshd, `error: maximum authentication attempts exceeded for root from ${where} ssh2 [preauth]`);
      put(sshd, `Disconnecting authenticating user root ${where}: Too many authentication failures [preauth]`);
    } else if (dice < 0.92) {
      put(`CRON[${pid}]`, 'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)');
      put(`CRON[${pid}]`, 'pam_unix(cron:session): session closed for user root');
    } else if (dice < 0.96) {
      put(
        'kernel',
        `[${upTo(99_999)}.123456] [UFW BLOCK] IN=eth0 OUT= MAC=52:54:00:12:34:56:52:54:00:65:43:21:08:00 SRC=${address} DST=192.0.2.10 LEN=44 TOS=0x00 PREC=0x00 TTL=240 ID=54321 PROTO=TCP SPT=${1024 + upTo(64_000)} DPT=${upTo(2) ? 22 : 23} WINDOW=1024 RES=0x00 SYN URGP=0`,
      );
    } else put('systemd[1]', `Started session-${upTo(99_999)}.scope - Session ${upTo(99_999)} of User deploy.`);
    if (block.length > 1000) {
      yield block.join('');
      block = [];
    }
  }
  if (block.length > 0) yield block.join('');
}

if (process.argv[1] === import.meta.filename) {
  for (const block of logLines(Number(process.argv[2] ?? 1_000_000))) process.stdout.write(block);
}
