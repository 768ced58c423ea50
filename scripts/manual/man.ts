import type { Flag, Typed } from './tree.ts';
import { ENVIRONMENT, EXITS, FILES, INTRODUCTION } from './words.ts';

/** Text as roff(7) shows it: nothing in it is a request or an escape, and what is typed can be copied from the page. */
const roff = (text: string): string =>
  text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/'/g, '\\(aq')
    .replace(/`/g, '\\(ga')
    .replace(/\^/g, '\\(ha')
    .replace(/~/g, '\\(ti')
    .replace(/…/g, '\\&...')
    .replace(/→/g, '\\(->')
    .split('\n')
    .map((line) => line.replace(/^(?=\.)/, '\\&'))
    .join('\n');

/** A macro with one word of its own. */
const macro = (name: string, text: string): string => `.${name} "${roff(text).replace(/"/g, '\\(dq')}"`;

const entry = (head: string, says: string): string => `.TP\n${head}\n${roff(says === '' ? 'see above' : says)}`;

function flagHead({ written, value }: Flag): string {
  const names = value === undefined ? written : written.slice(0, -value.length).trimEnd();
  const bold = names
    .split(', ')
    .map((name) => `\\fB${roff(name)}\\fR`)
    .join(', ');
  return value === undefined ? bold : `${bold} \\fI${roff(value.replace(/^<|>$/g, ''))}\\fR`;
}

const says = ({ says: text, choices }: Flag): string =>
  choices.length === 0 || /\(choices/.test(text) ? text : `${text} (one of ${choices.join(', ')})`;

/** The examples at the end of the help, and what else it says there. */
function afterHelp(of: Typed): string[] {
  if (of.path.length === 0) return [];
  const [before = '', examples] = of.after.split(/^Examples?:\n/m);
  return [
    ...(before.trim() === '' ? [] : ['.SH NOTES', '.nf', roff(before.trim()), '.fi']),
    ...(examples === undefined ? [] : ['.SH EXAMPLES', '.nf', roff(examples.replace(/^ {2}/gm, '').trimEnd()), '.fi']),
  ];
}

/** The page's name: `sshwhy-fleet-check`. */
export const pageOf = (of: Typed): string => of.name.replace(/ /g, '-');

/** The page of one command for man(1). `date`: YYYY-MM-DD; `others`: pages to see also. */
export function manPage(of: Typed, o: { version: string; date: string; others: readonly string[] }): string {
  const page = pageOf(of);
  const top = of.path.length === 0;
  const title = of.says.replace(/\n/g, ' ').replace(/\.$/, '');
  return `${[
    `.\\" Made from the definitions of the command line of sshwhy.`,
    `.TH "${page.toUpperCase().replace(/-/g, '\\-')}" 1 ${o.date} "sshwhy ${o.version}" "User Commands"`,
    '.SH NAME',
    `${roff(page)} \\- ${roff(title)}`,
    '.SH SYNOPSIS',
    ...(top ? ['.B sshwhy', roff('[options] [user@]host[:port]'), '.br'] : []),
    macro('B', of.name),
    roff(of.usage),
    '.SH DESCRIPTION',
    ...(top ? INTRODUCTION.flatMap((text) => ['.PP', roff(text)]) : [roff(`${of.says}.`.replace(/([.?!])\.$/, '$1'))]),
    ...(of.arguments.some(({ says: text }) => text !== '')
      ? ['.SH ARGUMENTS', ...of.arguments.map((one) => entry(`\\fI${roff(one.name)}\\fR`, one.says))]
      : []),
    ...(of.commands.length === 0
      ? []
      : [
          '.SH COMMANDS',
          ...of.commands.map((one) =>
            entry(`\\fB${roff(one.name)}\\fR(1)`, one.says).replace(
              /\\fB(.*?)\\fR\(1\)/,
              `\\fB${roff(pageOf(one))}\\fR(1)`,
            ),
          ),
        ]),
    '.SH OPTIONS',
    ...of.flags.map((flag) => entry(flagHead(flag), says(flag))),
    ...afterHelp(of),
    '.SH EXIT STATUS',
    ...EXITS.map(([code, text]) => entry(`\\fB${code}\\fR`, text)),
    ...(top
      ? [
          ...['.SH ENVIRONMENT', ...ENVIRONMENT.map(([name, text]) => entry(`\\fB${roff(name)}\\fR`, text))],
          ...['.SH FILES', ...FILES.map(([name, text]) => entry(`\\fI${roff(name)}\\fR`, text))],
        ]
      : []),
    '.SH SEE ALSO',
    ...[
      ...o.others.map((name) => `.BR ${roff(name)} (1),`),
      '.BR ssh (1),',
      '.BR ssh_config (5),',
      '.BR sshd_config (5)',
    ],
  ].join('\n')}\n`;
}
