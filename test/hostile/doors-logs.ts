import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Attack } from './attacks.ts';
import { came, type Door, isWord } from './doors.ts';
import type { Sandbox } from './sandbox.ts';

const stamp = (second: number): string => new Date(Date.UTC(2026, 10, 24) + second * 1000).toISOString();

/** A day in which somebody with this name guesses until he is let in, is banned, and says goodbye; as sshd writes it, byte for byte. */
export function logOf(word: Buffer): Buffer {
  const raw = word.toString('latin1');
  const lines = [
    ...Array.from(
      { length: 30 },
      (_, n) => `sshd[${100 + n}]: Failed password for ${raw} from 203.0.113.9 port 4022 ssh2`,
    ),
    `sshd[130]: Invalid user ${raw} from 203.0.113.9 port 4022`,
    `sshd[131]: Accepted password for ${raw} from 203.0.113.9 port 4023 ssh2`,
    `sshd[132]: Accepted publickey for alice from 203.0.113.9 port 4024 ssh2: ED25519-CERT SHA256:SGGrft6H/VyiS0mf/mQ1XRDXOD63OL0rV+5nd1P6bbk ID ${raw} (serial 7) CA ED25519 SHA256:SGGrft6H/VyiS0mf/mQ1XRDXOD63OL0rV+5nd1P6bbk`,
    `sshd[133]: Received disconnect from 203.0.113.9 port 4024:11: ${raw}`,
    `sshd[134]: banner exchange: Connection from 203.0.113.9 port 4025: invalid format`,
    `sshd[135]: Bad protocol version identification '${raw}' from 203.0.113.9 port 4026`,
    `sshd[136]: User ${raw} from ${raw} not allowed because not listed in AllowUsers`,
    `sshd[137]: Unable to negotiate with 203.0.113.9 port 4027: no matching cipher found. Their offer: ${raw} [preauth]`,
    `sshd[138]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser=${raw} rhost=${raw}  user=${raw}`,
    `sshd[139]: error: ${raw}`,
    `fail2ban.actions[1]: NOTICE [${raw}] Ban 203.0.113.9`,
    raw,
  ];
  return Buffer.from(
    `${lines.map((line, n) => `${stamp(n)} web1 ${line}`).join('\n')}\n${stamp(60)} ${raw.slice(0, 200)} sshd[1]: Server listening on :: port 22.\n`,
    'latin1',
  );
}

/** What `ssh -vvv` prints when the server at the other end has the word. */
const debug = (word: Buffer): Buffer =>
  Buffer.from(
    [
      'OpenSSH_9.2p1 Debian-2+deb12u6, OpenSSL 3.0.19 27 Jan 2026',
      'debug1: Connecting to web1 [192.0.2.20] port 22.',
      'debug1: Connection established.',
      'debug1: Local version string SSH-2.0-OpenSSH_9.2p1',
      'RAW',
      'debug1: Remote protocol version 2.0, remote software version RAW',
      'debug1: kex: algorithm: RAW',
      'debug1: Server host key: ssh-ed25519 SHA256:RAW',
      "debug1: Authenticating to web1:22 as 'RAW'",
      'debug1: Authentications that can continue: RAW',
      'debug1: Offering public key: RAW ED25519 SHA256:abc explicit',
      'Received disconnect from 192.0.2.20 port 22:2: RAW',
      'RAW@web1: Permission denied (RAW).',
    ]
      .join('\r\n')
      .replaceAll('RAW', () => word.toString('latin1')),
    'latin1',
  );

const file = (box: Sandbox, attack: Attack): string => box.file('auth.log', logOf(attack.bytes(box.canary)));
const RECORDS = ['--json', '--csv', '--ecs', '--ocsf'] as const;

export const logDoors: readonly Door[] = [
  {
    name: '`logs`: as text, JSON, CSV, ECS, OCSF',
    takes: isWord,
    async *ask(attack, box) {
      const log = file(box, attack);
      yield await came(box, ['logs', log], 'terminal');
      for (const form of RECORDS) yield await came(box, ['logs', log, form], form === '--csv' ? 'csv' : 'jsonLines');
    },
  },
  {
    name: '`explain`: a message, a log, the output of `ssh -vvv`',
    takes: isWord,
    async *ask(attack, box) {
      const [log, vvv] = [file(box, attack), box.file('vvv', debug(attack.bytes(box.canary)))];
      for (const words of [
        [log],
        [vvv],
        ...(attack.word(box.canary).includes('\0')
          ? []
          : [[`Permission denied (${attack.word(box.canary).slice(0, 60_000)}).`]]),
      ]) {
        yield await came(box, ['explain', ...words], 'terminal');
        yield await came(box, ['explain', ...words, '--json'], 'json');
      }
    },
  },
  {
    name: '`watch --once`: the screen, JSON, a command that is told, `watch incidents`',
    takes: isWord,
    async *ask(attack, box) {
      const log = file(box, attack);
      const told = path.join(box.folder, 'told');
      const program = box.file('told.sh', `#!/bin/sh\n{ cat; env | grep ^SSHWHY_; } >>'${told}'\n`, 0o755);
      const config = box.file(
        'watch.yaml',
        `alerts:\n  channels:\n    - kind: command\n      argv: ['${program}', '--', '-x']\n`,
      );
      yield await came(box, ['watch', '--once', log], 'terminal');
      yield await came(box, ['watch', '--once', '--json', log], 'jsonLines');
      box.file('told', '');
      const store = path.join(box.folder, `${attack.name}.db`);
      yield await came(box, ['watch', '--once', '--config', config, '--store', store, log], 'terminal');
      yield await came(box, ['watch', 'incidents', '--since', '2026-01-01', '--store', store], 'terminal');
      yield await came(box, ['watch', 'incidents', '--since', '2026-01-01', '--store', store, '--json'], 'jsonLines');
      const got = readFileSync(told, 'utf8');
      yield {
        argv: ['(what the command was told)'],
        form: 'terminal',
        statuses: [0],
        answered: { status: 0, stdout: got, stderr: '', polluted: [] },
      };
    },
  },
  {
    name: 'a file in place of a log or a configuration of the watch',
    takes: ({ document }) => document.length > 0,
    async *ask(attack, box) {
      const log = box.file('document.log', attack.bytes(box.canary));
      yield await came(box, ['logs', log], 'terminal');
      yield await came(box, ['watch', '--once', log], 'terminal');
      yield await came(box, ['watch', '--once', '--config', log, log], 'terminal');
    },
  },
];
