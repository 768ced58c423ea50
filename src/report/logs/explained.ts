import type { ExplainedText } from '../../facts/events/explained.ts';
import type { Program } from '../../knowledge/events/event.ts';
import type { Cause } from '../../model/cause.ts';
import { clip } from '../escape.ts';

const SPEAKER: Readonly<Record<Program, string>> = {
  ssh: 'the client, ssh',
  sshd: 'the server, sshd',
  pam: 'a module of PAM on the server',
  sftp: 'sftp-server on the server',
  systemd: 'systemd',
  logind: 'systemd-logind',
  fail2ban: 'fail2ban',
  sshguard: 'sshguard',
  kernel: 'the kernel',
  dropbear: 'the server, Dropbear',
};

/** What messages mean, which causes they are a sign of, and what to do. */
export function explainedText(
  { kinds, unknown, debug }: ExplainedText,
  causes: readonly Cause[],
  width: number,
): string {
  const out: string[] = [];
  for (const { type, line, count } of kinds) {
    out.push(
      clip(line, width),
      `  ${type.id}, gate "${type.gate}", said by ${SPEAKER[type.program]}${count > 1 ? `, ${count} times` : ''}`,
      `  ${type.meaning}`,
      ...(type.advice === '' ? [] : [`  To do: ${type.advice}`]),
      ...type.causes.map((id) => `  - ${id}: ${causes.find((cause) => cause.id === id)?.title ?? ''}`),
      '',
    );
  }
  if (debug > 0) out.push(`${debug} ${debug === 1 ? 'line' : 'lines'} of debugging.`);
  if (unknown > 0) out.push(`${unknown} ${unknown === 1 ? 'line is' : 'lines are'} of no known kind.`);
  return `${out.join('\n').trimEnd()}\n`;
}
