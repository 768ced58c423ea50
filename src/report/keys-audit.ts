import colors from 'picocolors';
import type { KeySeverity } from '../model/key-severity.ts';
import type { KeyAudit } from '../model/keys.ts';
import { clip, visible } from './escape.ts';
import { failedLines } from './keys.ts';
import { type TerminalOptions, wrap } from './terminal.ts';

const EVIDENCE_SHOWN = 4;

/** What an audit of keys found, for a person at a terminal. Everything foreign in it is escaped. */
export function keysAuditText(audit: KeyAudit, o: TerminalOptions): string {
  const c = colors.createColors(o.color);
  const paint: Readonly<Record<KeySeverity, (text: string) => string>> = {
    critical: c.red,
    high: c.red,
    medium: c.yellow,
    low: c.cyan,
    info: c.dim,
  };
  const said = (text: string, indent: string): string => `${indent}${wrap(visible(text), o.width, indent)}`;
  const hosts = audit.hosts.length === 1 ? visible(audit.hosts[0] ?? '') : `${audit.hosts.length} hosts`;
  const shown = o.verbose ? audit.findings : audit.findings.filter(({ severity }) => severity !== 'info');
  const count = shown.length === 0 ? 'nothing found' : `${shown.length} ${shown.length === 1 ? 'finding' : 'findings'}`;
  const out = [c.bold(`Keys of ${hosts}: ${count}`)];
  const told = new Set<string>();
  for (const { id, severity, text, why, evidence, action } of shown) {
    out.push(
      '',
      `${paint[severity](severity.padEnd(8))} ${wrap(visible(text), o.width, '         ')}`,
      c.dim(`         ${id}`),
    );
    // The reason is the same each time.
    if (!told.has(id)) out.push(said(why, '         '));
    told.add(id);
    for (const seen of evidence.slice(0, o.verbose ? evidence.length : EVIDENCE_SHOWN)) {
      const place = `${seen.host === '' ? '' : `${seen.host}:`}${seen.file}${seen.line === undefined ? '' : `:${seen.line}`}`;
      out.push(`         ${c.dim(`${clip(place, 80)} │`)} ${clip(seen.text, Math.max(60, o.width))}`);
    }
    if (!o.verbose && evidence.length > EVIDENCE_SHOWN)
      out.push(c.dim(`         … and ${evidence.length - EVIDENCE_SHOWN} more (--verbose)`));
    out.push(said(`→ ${action}`, '         '));
  }
  const quiet = audit.findings.length - shown.length;
  if (quiet > 0) out.push('', c.dim(`${quiet} more of the level info (--verbose)`));
  if (audit.unknown.length > 0) {
    out.push('', c.dim('Not known:'));
    for (const { host, what, why } of audit.unknown)
      out.push(said(`? ${host === undefined ? '' : `${host}: `}${what} (${why})`, '  '));
  }
  out.push(...failedLines(audit.failed));
  return `${out.join('\n')}\n`;
}
