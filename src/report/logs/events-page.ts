import type { Program } from '../../knowledge/events/event.ts';
import { eventTypes } from '../../knowledge/events/index.ts';

const TITLES: Readonly<Record<Program, string>> = {
  sshd: 'sshd, sshd-session and sshd-auth of OpenSSH',
  sftp: 'sftp-server and internal-sftp',
  pam: 'Modules of PAM, under the name of sshd',
  systemd: 'systemd about the units of ssh',
  logind: 'systemd-logind',
  fail2ban: 'fail2ban',
  sshguard: 'sshguard',
  kernel: 'The kernel: its firewall, connection table and memory',
  dropbear: 'Dropbear',
  ssh: 'The client, ssh',
};

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

/** Markdown page of all events, made from the table. */
export function eventsPage(): string {
  const out = [
    '# What log lines mean',
    '',
    'Made from the table in `src/knowledge/events` by `npm run gen`. In a message `{…}` is a variable part, `[[…]]` may be',
    'missing, and `<<a|b>>` is one of them. `error: `, `fatal: ` and ` [preauth]` around a message of sshd are left out.',
    '',
    '`sshwhy explain "MESSAGE"` looks a message up, also by a part of it (`"Connection refused"`) or as another program passes it on',
    '(Ansible, git); `sshwhy logs` ([guide](guides/logs.md)) adds up whole logs.',
  ];
  for (const program of Object.keys(TITLES) as Program[]) {
    out.push(
      '',
      `## ${TITLES[program]}`,
      '',
      '| event | message | outcome | what it means | causes |',
      '| --- | --- | --- | --- | --- |',
    );
    for (const { id, says, outcome, gate, meaning, advice, causes } of eventTypes.filter(
      (type) => type.program === program,
    )) {
      const links = causes.map((cause) => `[${cause}](causes/${cause}.md)`).join(', ');
      const told = `${meaning}${advice === '' ? '' : ` ${advice}`}`.replaceAll('|', '\\|');
      out.push(`| \`${id}\` | ${code(says)} | ${outcome}, gate ${gate} | ${told} | ${links} |`);
    }
  }
  return `${out.join('\n')}\n`;
}
