import { visible } from './escape.ts';

/**
 * Cells as one line, ended by CRLF (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it:
 * comments of keys and names of users are whatever somebody wrote. Control characters become visible ones.
 */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: string | number | undefined): string {
  const text = visible(String(value ?? ''));
  const safe = typeof value === 'string' && /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Records with a header of their names. */
export function csv(names: readonly string[], rows: readonly Readonly<Record<string, string | number>>[]): string {
  return [names, ...rows.map((row) => names.map((name) => row[name] ?? ''))].map(csvLine).join('');
}
