import pc from 'picocolors';
import type { ExplainedLogin } from '../../reason/explain-login.ts';
import { clip } from '../escape.ts';
import { wrap } from '../terminal.ts';
import { MARK } from '../words.ts';

const SHOWN = 3;
const METHODS_NEEDING_SOMEBODY = 'nobody could be asked for them';

/** What `ssh -v` printed, for a person: how far it came, what was offered, what may be the cause, and what to run next. */
export function loginText(login: ExplainedLogin, o: { readonly color: boolean; readonly width: number }): string {
  const paint = pc.createColors(o.color);
  const { target, proxy, gates, ended, worked, offered, methods, untried, causes, said, next } = login;
  const line = (text: string): string => clip(text, Math.max(60, o.width));
  const place = (of: number | undefined): string => (of === undefined ? '' : `line ${of}: `);
  const who = [
    target.user === undefined ? '' : `${target.user} at `,
    target.host ?? 'a host that is not named',
    target.address === undefined || target.address === target.host ? '' : ` (${target.address})`,
    target.port === undefined ? '' : ` port ${target.port}`,
  ].join('');
  const stop = gates.find(({ outcome }) => outcome === 'closed')?.gate;
  const out = [
    paint.bold(line(`Login ${target.user === undefined ? 'to' : 'as'} ${who}`)),
    ...(login.client === undefined
      ? []
      : [line(`by ${login.client}${login.server === undefined ? '' : `, to ${login.server}`}`)]),
    ...(proxy === undefined
      ? []
      : [line(`by way of: ${proxy}`), 'The lines of both stand in this text, so what is said below may be of either.']),
    '',
    worked
      ? paint.green('It worked: a session began and ended by itself.')
      : ended === undefined
        ? 'It does not say how it ended.'
        : `It ended with ${paint.red(line(`${place(ended.line)}${ended.text}`))}`,
    '',
    ...gates.map(({ gate, outcome }) => {
      const words = {
        open: 'passed',
        closed: 'closed',
        unknown: stop === undefined ? 'not told' : 'not reached, or not told',
      };
      return `  ${MARK[outcome]} ${gate.padEnd(10)} ${words[outcome]}`;
    }),
  ];
  const facts = [
    ...(login.hostKey === undefined ? [] : [`host key of the server: ${login.hostKey}`]),
    ...offered.map(
      ({ path, type, fingerprint, source, accepted }) =>
        `offered ${[path, type, fingerprint, source === 'agent' ? 'from the agent' : ''].filter(Boolean).join(' ')}: ${accepted ? 'taken' : 'not taken'}`,
    ),
    ...(methods.length === 0 || worked ? [] : [`the server would still take: ${methods.join(', ')}`]),
    ...(untried.length === 0 || worked
      ? []
      : [`not tried, ${METHODS_NEEDING_SOMEBODY} or it was switched off: ${untried.join(', ')}`]),
  ];
  if (facts.length > 0) out.push('', ...facts.map((one) => line(`  ${one}`)));
  if (causes.length > 0) {
    out.push('', paint.bold('What may be the cause'));
    for (const { id, verdict, text, lines } of causes) {
      out.push(`  ${verdict}  ${id}`, `    ${wrap(clip(text, 600), o.width, '    ')}`);
      if (verdict === 'likely')
        out.push(...lines.slice(0, SHOWN).map((one) => paint.dim(line(`    ${place(one.line)}${one.text}`))));
    }
    out.push(
      paint.dim('  Never surer than "likely": a banner of the server can say anything in the midst of these lines.'),
    );
  }
  const kinds = said.kinds.filter(({ type }) => type.outcome !== 'session');
  if (kinds.length > 0) {
    out.push('', paint.bold('What ssh said'));
    for (const { type, line: raw, count } of kinds)
      out.push(
        line(`  ${raw}${count > 1 ? ` (${count} times)` : ''}`),
        `    ${type.id}: ${wrap(type.meaning, o.width, '    ')}`,
        ...(type.advice === '' ? [] : [`    To do: ${wrap(type.advice, o.width, '    ')}`]),
      );
  }
  if (next.length > 0) {
    out.push('', paint.bold('What to run next'));
    for (const { on, command, why } of next)
      out.push(
        `  ${paint.cyan(command)}${on === 'server' ? ' (on the server)' : ''}`,
        `    ${wrap(why, o.width, '    ')}`,
      );
  }
  out.push(
    '',
    `${said.debug} lines of debugging${said.unknown > 0 ? `, ${said.unknown} others of no known kind` : ''}.`,
  );
  return `${out.join('\n')}\n`;
}
