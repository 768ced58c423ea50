import type { Story } from '../story.ts';
import { give, HOME, NODE } from '../watch-service.ts';

const MORE = `## What it follows

- **Files**, by their names (\`sshwhy watch /var/log/auth.log /var/log/fail2ban.log\`), through rotation by renaming (the old file is read to its end first, then the new one), copytruncate, and absence. A line that is not whole yet is waited for. After a restart the file is found again under the name that it was rotated to, packed with gzip or not.
- **The journal** (\`--journal\`), by journalctl, through \`--rotate\`, a restart of journald, and the move from \`/run\` to \`/var\`. When the entry that was read last is gone (vacuumed), that is said, and reading goes on from the next that is there.

A log that was not followed before begins with what comes; \`--from-start\` reads what it holds already. What cannot be read, or is lost, is said on standard error: a watch that sees nothing is no quiet night.

## What holds when it is killed

- Each line is in the store once: events and the place up to which was read are stored in one transaction, and the id of an event names its line.
- The memory of the detectors has each stored event once: what they had not seen when they were saved last (once a minute) is shown to them from the store after the start, before anything else.
- Alerts, metrics and the broker get each thing at least once, with the same id.

What was written and taken away again while the watch did not run (vacuumed, or emptied without a copy) is lost.

## watch.yaml

Every part may be missing. Errors are told with file and line. Secrets stand elsewhere: \`env:NAME\` or \`file:/PATH\`.

\`\`\`yaml
sources:
  journal: true
  files: [/var/log/fail2ban.log]
  tz: Europe/Berlin            # of stamps that do not say theirs
  ports: [22, 2222]            # of sshd; [22] if it is missing
learn: { days: 7 }             # before logins from new places are told of
store: /var/lib/sshwhy-watch/events.db   # or clickhouse://user@host:8123/sshwhy?password=env:PASSWORD
keep: { days: 90, size: 1GB }
alerts:
  repeat: 1h
  channels:
    - { kind: webhook, url: "https://alerts.example.org/ssh", secret: "file:/etc/sshwhy/webhook.secret" }
    - { kind: email, host: mail.example.org, from: sshwhy@example.org, to: [admin@example.org], minimum: page }
silences:
  - { reason: backups log in, weekly: { days: [sat], from: "02:00", to: "04:00" }, users: [backup] }
  - { reason: the datacenter moves, from: 2026-12-01T20:00:00Z, to: 2026-12-02T02:00:00Z, urgentAnyway: true }
metrics: { listen: 127.0.0.1:9622 }      # off without this section
publish: { nats: "tls://watch@nats.example.org?password=env:NATS_PASSWORD" }
otlp: { endpoint: "http://127.0.0.1:4318/v1/logs" }
\`\`\`

\`--once\` tells nobody: alerts, metrics, broker and collector are for a watch that goes on. Without \`--store\` it keeps nothing.

## As a service

\`sudo sshwhy watch install\` lets systemd run it, as a user of its own that may read logs and nothing else; \`sshwhy watch status\` says how it is, \`sudo sshwhy watch uninstall\` takes it away.`;

const WRONG = `printf '#!/bin/sh\\necho wrong\\n' >$TMP/wrong; printf '#!/bin/sh\\necho "correct horse battery staple"\\n' >$TMP/right; chmod 700 $TMP/wrong $TMP/right`;

export const story: Story = {
  name: 'watch',
  title: 'Watching: what happens to logins, while it happens',
  suite: 'bookworm',
  disk: '512m',
  prepare: async (lab) => {
    give(lab);
    await lab.host.run(`printf '#!/bin/sh\\nexec ${NODE} ${HOME}/dist/sshwhy.js "$@"\\n' >/usr/local/bin/sshwhy; chmod 755 /usr/local/bin/sshwhy
      printf 'PasswordAuthentication yes\\n' >/etc/ssh/sshd_config.d/10-passwords.conf; systemctl restart ssh
      mkdir -p /etc/sshwhy
      printf '#!/bin/sh\\nexec cat >>/root/alerts.json\\n' >/usr/local/bin/tell; chmod 755 /usr/local/bin/tell
      cat >/etc/sshwhy/watch.yaml <<'EOF'
sources: { journal: true }
store: /var/lib/sshwhy-watch/events.db
keep: { days: 90, size: 1GB }
metrics: { listen: 127.0.0.1:9622 }
alerts:
  channels:
    - { kind: command, name: pager, argv: [/usr/local/bin/tell], minimum: page }
EOF`);
    await lab.client.run(WRONG);
  },
  commands: () => ({
    ssh: `SSH_ASKPASS=$TMP/wrong SSH_ASKPASS_REQUIRE=force exec /usr/bin/ssh "$@"`,
    'ssh-with-the-right-password': `SSH_ASKPASS=$TMP/right SSH_ASKPASS_REQUIRE=force exec /usr/bin/ssh -o PubkeyAuthentication=no "$@"`,
  }),
  told: [
    '`sshwhy watch` follows the journal and log files, types each line ([all messages](../events.md)), stores the events, lets detectors look at each of them, joins what they see to incidents, and tells. Nothing has to be configured: `sshwhy watch` alone follows the journal and `fail2ban.log` of this host until Ctrl-C. Here it has a small file:',
    { on: 'server', type: 'cat /etc/sshwhy/watch.yaml', shows: /minimum: page/ },
    {
      on: 'server',
      type: 'sshwhy watch --config /etc/sshwhy/watch.yaml >/root/watch.log 2>&1 & echo $! >/run/watch.pid; sleep 4; cat /root/watch.log',
      shows: /follows the journal/,
    },
    'Somebody guesses the password of bob, twelve times, and then knows it:',
    {
      on: 'client',
      type: 'for i in 1 2 3 4; do ssh -o PubkeyAuthentication=no bob@web1 2>&1 | tail -1 & done; wait; ssh-with-the-right-password bob@web1 id -un',
      shows: /Permission denied[\s\S]*bob$/,
    },
    'What the watch prints: a line for each minute in which something was read, and one for what becomes of an incident. `PAGE`: somebody has to look now. `Notice`: worth a look in the morning. `Note`: context of others, which alerts nobody.',
    { on: 'server', type: 'sleep 3; cat /root/watch.log', shows: /PAGE/ },
    'The alert went to the command that the file names, as JSON ([its schema](../../schema/alert.schema.json)); this is what it says to people:',
    {
      on: 'server',
      type: `python3 -c 'import json; print(json.loads(open("/root/alerts.json").readline())["body"])'`,
      shows: /What to do first/,
    },
    'What the store holds can be asked while the watch runs:',
    { on: 'server', type: 'sshwhy watch incidents --since 1h', shows: /PAGE[\s\S]*not over/ },
    'Whether alerts arrive at all:',
    { on: 'server', type: 'sshwhy watch test-alert --config /etc/sshwhy/watch.yaml', shows: /pager: sent/ },
    'Killed in the middle, it goes on where it was: places and events are stored in one transaction. What happened meanwhile is read from the journal, and no line counts twice:',
    {
      on: 'server',
      type: 'kill -9 "$(cat /run/watch.pid)"; sshwhy watch --config /etc/sshwhy/watch.yaml >/root/watch.log 2>&1 & echo $! >/run/watch.pid; sleep 4; cat /root/watch.log; sshwhy watch incidents --since 1h --json | wc -l',
      shows: /follows[\s\S]*^1$/m,
    },
    'Old logs are replayed by the time of what they say. The exit status is 1 when an incident of urgency page or notice is open at the end, so that cron can mail:',
    { on: 'server', type: 'sshwhy watch --once /var/log/auth.log; echo "exit status $?"', shows: /exit status 1/ },
    MORE,
  ],
};
