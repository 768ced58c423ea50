/**
 * One cell (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe before it: comments of keys
 * are whatever somebody wrote. Control characters become visible ones.
 */
function cell(value: string | number): string {
  const text = String(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
  const safe = typeof value === 'string' && /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Records with a header of their names, lines ended by CRLF (RFC 4180). */
export function csv(columns: readonly string[], rows: readonly Readonly<Record<string, string | number>>[]): string {
  const lines = [columns.join(','), ...rows.map((row) => columns.map((name) => cell(row[name] ?? '')).join(','))];
  return `${lines.join('\r\n')}\r\n`;
}
