import { visible } from './escape.ts';

const REFERENCE: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  $: '&#36;',
};

/**
 * Foreign text among Markdown: one line, and nothing that CommonMark, GitHub's tables, links and formulas, or HTML would take for
 * markup. What is markup only at one end of a line, or only beside a space, stays readable elsewhere: tickets are read raw, too.
 */
export function inline(text: string): string {
  return visible(text)
    .trim()
    .replace(/[&<>|$]/g, (char) => REFERENCE[char] ?? char)
    .replace(/[\\`*[\]~]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/(?<=www)\./gi, '&#46;')
    .replace(/^[+=-]|(?<!\S)#/g, '\\$&')
    .replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\');
}

export function row(cells: readonly string[]): string {
  return `| ${cells.map(inline).join(' | ')} |`;
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [row(heads), `|${heads.map(() => '---|').join('')}`, ...rows.map(row)];
}

/** Lines as they are, in a fence that is longer than any run of backticks in them. */
export function fence(lines: readonly string[], language = 'text'): string[] {
  const shown = lines.map(visible);
  const longest = Math.max(0, ...shown.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const ticks = '`'.repeat(Math.max(3, longest + 1));
  return [`${ticks}${language}`, ...shown, ticks];
}
