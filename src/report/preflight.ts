import colors from 'picocolors';
import type { Preflight } from '../model/preflight.ts';
import { clip, visible } from './escape.ts';
import { type TerminalOptions, wrap } from './terminal.ts';

const MARK = { good: '✔', caution: '!', bad: '✖', unknown: '?' } as const;
const EVIDENCE_SHOWN = 3;

const HEADLINE: Readonly<Record<Preflight['answer'], string>> = {
  go: 'Go: nothing was found that keeps sshd from coming back.',
  'no-go': 'No go: sshd would not come back as it is now.',
  unknown: 'Unknown: not everything that could keep sshd away was seen.',
};

/** The answer of the preflight for a person at a terminal. Everything foreign in it is escaped. */
export function preflightText(answer: Preflight, { color, width, verbose = false }: TerminalOptions): string {
  const c = colors.createColors(color);
  const paint = { good: c.green, caution: c.yellow, bad: c.red, unknown: c.yellow };
  const what = answer.for === 'upgrade' ? `an upgrade${answer.to ? ` to ${visible(answer.to)}` : ''}` : 'a reboot';
  const host = answer.target.hostname === undefined ? '' : ` of ${visible(answer.target.hostname)}`;
  const out = [`Before ${what}${host}:`, c.bold(HEADLINE[answer.answer]), ''];
  for (const { outcome, text, evidence, advice, cause } of answer.checks) {
    out.push(`${paint[outcome](`  ${MARK[outcome]}`)} ${wrap(visible(text), width, '    ')}`);
    if (outcome === 'good' && !verbose) continue;
    for (const { section, line, text: seen } of verbose ? evidence : evidence.slice(0, EVIDENCE_SHOWN))
      out.push(
        c.dim(`      ${visible(section)}${line === undefined ? '' : `:${line}`}: ${visible(clip(seen.trim(), 160))}`),
      );
    for (const step of advice) out.push(`      ${c.cyan('→')} ${wrap(visible(step), width, '        ')}`);
    if (cause !== undefined && verbose) out.push(c.dim(`      sshwhy explain ${cause}`));
  }
  if (answer.rescue) {
    const { port, user, until } = answer.rescue;
    const text = `A rescue sshd waits for ${user} on port ${port}, with the keys of both as they are now. It ends by itself at ${until}, or with sshwhy preflight --rescue-end, and does not outlive a reboot. Try it now: ssh -p ${port} ${user}@…`;
    out.push('', wrap(visible(text), width, ''));
  }
  return `${out.join('\n')}\n`;
}
