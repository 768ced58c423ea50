import { visible } from './escape.ts';

/**
 * Foreign text among Markdown: one line, and nothing that Markdown, GitHub's tables or HTML would take for markup. Character
 * references are text wherever they stand (CommonMark 6.2).
 */
export function inline(text: string): string {
  return visible(text)
    .trim()
    .replace(/[\\`*_{}[\]<>()#+=!|~&@$-]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/(?<=www)\./gi, '&#46;')
    .replace(/^(\d+)\./, '$1&#46;');
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
