import type { Explained, ExplainedText } from '../../facts/events/explained.ts';
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

/** Messages of these stand on the machine that is logged in from; all others on the server. */
const CLIENT: ReadonlySet<Program> = new Set<Program>(['ssh']);

/** Commands that tell which of the causes it is. */
function nextLines(kinds: readonly Explained[]): string[] {
  const telling = kinds.filter(({ type }) => type.causes.length > 0);
  const [first] = telling.toSorted((a, b) => b.type.weight - a.type.weight);
  if (first === undefined) return [];
  const sides = new Set(telling.map(({ type }) => (CLIENT.has(type.program) ? 'client' : 'server')));
  return [
    'What to run next',
    ...(sides.has('client') ? ['  sshwhy USER@HOST: looks from the client, and says which of these it is'] : []),
    ...(sides.has('server')
      ? ['  sshwhy server --user USER (on the server): which of these it is, with the file, line or rule']
      : []),
    ...(kinds.length > 5 ? ['  sshwhy logs FILE: how often, since when, and for whom'] : []),
    `  sshwhy explain ${first.type.causes[0]}: the page of the first cause`,
    '',
  ];
}

/** What messages mean, which causes they are a sign of, what to do, and what to run next. */
export function explainedText(
  { kinds, unknown, debug, more = 0 }: ExplainedText,
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
  out.push(...nextLines(kinds));
  if (more > 0)
    out.push(`${more} more ${more === 1 ? 'message has' : 'messages have'} these words; give the whole line.`);
  if (debug > 0) out.push(`${debug} ${debug === 1 ? 'line' : 'lines'} of debugging.`);
  if (unknown > 0) out.push(`${unknown} ${unknown === 1 ? 'line is' : 'lines are'} of no known kind.`);
  return `${out.join('\n').trimEnd()}\n`;
}
