import { startFail2ban } from '../scripts.ts';
import type { Story } from '../story.ts';

const LOGS = "console web1 sh -c 'cat /var/log/auth.log /var/log/fail2ban.log'";

export const story: Story = {
  name: 'logs',
  title: 'Who got in, who was refused, and why: reading the logs',
  suite: 'bookworm',
  breakServer: startFail2ban('nftables', 'maxretry = 3\\nbantime = 600\\n'),
  told: [
    'alice logs in, and somebody tries names that do not exist until fail2ban shuts the address out.',
    { on: 'client', type: 'ssh alice@web1 true', shows: /^$/ },
    {
      on: 'client',
      type: 'for name in admin oracle admin; do ssh -o BatchMode=yes $name@web1; done; sleep 2',
      shows: /Permission denied/,
    },
    {
      on: 'client',
      type: `${LOGS} | sshwhy logs - --tz UTC`,
      shows:
        /1 let in, 3 refused[\s\S]*1 ban by what watches the log; at its end 1 address is still shut out[\s\S]*sshd\/invalid-user[\s\S]*banned[\s\S]*fail2ban, jail sshd +1 .* stands at the end of the log/,
    },
    'The lines of one connection are added up to one login, and the line that tells most is its reason: `Invalid user` says more than the `Connection closed` that follows. How much of the log was understood is always said: "of no known kind" are lines of programs that sshwhy knows but that say nothing of a login; [all messages that it knows](../events.md).',
    'The bars show what happened over the covered time, each row over the same steps of whole minutes, hours or days. "First" and "last" are when a name or reason was seen in this log. A ban stands until a line says that it was lifted; when it began and by whom it was made is told for each address.',
    '## What it reads',
    "- `/var/log/auth.log`, `/var/log/secure`, `/var/log/messages` in any of the usual forms (RFC 3164, RFC 5424, ISO stamps), and `fail2ban.log`;\n- packed files: gzip, and zstd and xz with the programs `zstd` and `xz`;\n- the journal of this host (`--journal`), or what `journalctl -o json`, `-o export`, `-o short-unix` or `-o short-iso` printed;\n- logs of containers: Docker's JSON files, and what Kubernetes keeps (CRI);\n- lines of the firewall (`LOG` of iptables and nftables, ufw) about the port of sshd, Dropbear, sshguard, systemd and logind;\n- standard input (`-`), which is not unpacked.",
    "What syslog puts together (rsyslog's `message repeated 3 times: [ … ]`, with `$RepeatedMsgReduction on`) counts as often as it was said, 10,000 times a line at most.",
    "Name as many files as you like, in any order: `sshwhy logs /var/log/auth.log*` reads a rotated set from its oldest file (`auth.log.2.gz`, `auth.log.1`, `auth.log`, or with dates in the names), and several sets by when they were last written to. Stamps without a year get the latest year that is not after the file's own time; stamps without a zone are in the zone of this machine, or in `--tz`.",
    '## Asking for less',
    {
      on: 'client',
      type: `${LOGS} | sshwhy logs - --tz UTC --user oracle`,
      shows: /understood \(\d+ of them within what is asked for\)[\s\S]*oracle/,
    },
    '`--since 2h`, `--since 2026-11-23`, `--until 2026-11-23T12:00`, `--user alice`, `--from 192.0.2.0/24`. The counts of lines are of all that was read; in brackets stands how many of the understood ones are within what was asked for. A login is counted when any of its lines named the user or address. What is broken concerns everybody, so it is listed for any user. Tables are cut at `--rows` (10) and say how many rows are left out.',
    '## For other programs',
    '`--json`, `--csv`, `--ecs` (Elastic Common Schema 8.11) and `--ocsf` (OCSF 1.3, class 3002, Authentication) print one line for each event as it is read. With `--json` the last line is the summary. The records are held against the published schemas: each field exists, is of its type, and its values go together. An address that is a name stands in `source.address` (`src_endpoint.hostname`) and never in a field of addresses; a line without a stamp gets the time at which it was read. A line that stands for several events says for how many: `times` in JSON (where it is missing, once) and CSV, `count` in OCSF, `Sshwhy.times` in ECS.',
    {
      on: 'client',
      type: `${LOGS} | sshwhy logs - --json --user oracle | head -1`,
      shows: /"event":"sshd\/invalid-user"/,
    },
    { on: 'client', type: `${LOGS} | sshwhy logs - --ecs --user oracle 2>/dev/null | head -1`, shows: /"ecs":/ },
    '## One message',
    { on: 'client', type: 'sshwhy explain "Refused by key options"', shows: /auth\/key-from-restricted/ },
    '## What ssh itself says',
    'The ban is lifted, and an old client comes along.',
    { on: 'server', type: 'fail2ban-client unban --all', shows: /1/ },
    {
      on: 'client',
      type: 'ssh -vvv -o KexAlgorithms=diffie-hellman-group1-sha1 alice@web1 2>&1 | sshwhy explain -',
      shows: /handshake +closed[\s\S]*likely +handshake\/kex-mismatch[\s\S]*What to run next\n {2}sshwhy alice@web1/,
    },
    'All lines of debugging are read together: how far the login came, what was offered, what may be the cause, and what to run next. It is never surer than "likely", because in what ssh prints a banner of the server can say anything; `sshwhy USER@HOST` keeps the two apart.',
    '## Names that lie',
    'User names are whatever the other side types, spaces and all: `ssh "root from 192.0.2.1 port 22 ssh2"@web1`. sshwhy reads a line from both ends, so the address that counts is the one that sshd wrote last. Where a line can be read in two ways, because text of the other side stands before and behind the address, it counts as "made to look like another" and names nobody. In the journal it also looks at who wrote an entry by the word of the kernel: any user can say `logger -t sshd "Accepted password for root …"`.',
    '[What others make of such lines](../recognition.md), and of all others, is measured with `npm run bench:recognition`.',
    '## How fast it is',
    '`npm run bench:logs` makes a log of a million lines and lets sshwhy, sshguard’s `sshg-parser`, `fail2ban-regex` and `wc -l` read it in turns. sshwhy works on blocks of 64 KB and keeps nothing of the lines, so a log may be of any length.',
    'Measured on two cores that other programs kept busy (load 19 to 27; Debian 12, Node 20.20.2, sshguard 2.4.2, fail2ban 1.0.2; medians of 3 rounds), reading and typing every line with all of its fields: 1.95 million lines a second of one processor. That is 4.6 times as many as `sshg-parser` by processor time and 4.3 times by the clock, 67 times as many as `fail2ban-regex` by processor time and 81 times by the clock. How busy the machine is moves the ratios: other runs against `sshg-parser` alone had 3.8 by processor time.',
  ],
};
