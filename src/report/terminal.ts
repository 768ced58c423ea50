import colors from 'picocolors';
import type { Report, ReportedCause } from '../model/report.ts';
import { columns } from './columns.ts';
import { clip, visible } from './escape.ts';
import { handshakeLines } from './handshake.ts';
import { traceLines } from './trace.ts';
import { blindHides, blindWhat, headline, hopOutcome, MARK, PROMISE, RISK, vantageOutcome } from './words.ts';

export interface TerminalOptions {
  readonly color: boolean;
  /** Columns; text is wrapped to it. */
  readonly width: number;
  /** Show every cause, latent ones and consequences included, with all their evidence. */
  readonly verbose?: boolean;
}

const EVIDENCE_SHOWN = 4;

/** Breaks at spaces; all lines but the first get `indent`. Words longer than a line stay whole, so that they can be copied. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}

/** The answer for a person at a terminal. Everything foreign in it is escaped. */
export function terminal(report: Report, o: TerminalOptions): string {
  const c = colors.createColors(o.color);
  const paint = { open: c.green, closed: c.red, degraded: c.yellow, unknown: c.yellow, 'not-reached': c.dim };
  const out: string[] = [];
  const say = (text: string, indent = ''): void => {
    out.push(`${indent}${wrap(visible(text), o.width, indent)}`);
  };

  const blocking = report.causes.filter((cause) => cause.role === 'blocking');
  const degrading = report.causes.filter((cause) => cause.role === 'degrading');
  const rest = report.causes.filter((cause) => cause.role === 'latent' || cause.role === 'consequence');

  out.push(c.bold(visible(headline(report))), '');
  for (const { gate, outcome, detail } of report.gates) {
    const line = `  ${MARK[outcome]} ${gate.padEnd(10)} `;
    out.push(`${paint[outcome](line)}${wrap(visible(detail), o.width, ' '.repeat(line.length))}`);
  }

  for (const line of hopLines(report)) say(line, '  ');

  const tellFix = (cause: ReportedCause): void => {
    if (!cause.fix) return;
    out.push('');
    if ('refuse' in cause.fix) {
      say(`Not for a machine to fix: ${cause.fix.refuse}.`, '  ');
      for (const step of cause.fix.manual) out.push(`  - ${wrap(visible(step), o.width, '    ')}`);
      return;
    }
    const risk = cause.fix.risk === 'safe' ? '' : ` (${RISK[cause.fix.risk]})`;
    const [first = '', ...rest] = wrap(
      visible(`on the ${cause.fix.where}${risk}: ${cause.fix.summary}`),
      o.width - 6,
      '  ',
    ).split('\n');
    out.push(`  ${c.green('Fix')} ${first}`, ...rest);
    for (const command of cause.fix.commands) out.push(`    ${c.cyan(visible(command))}`);
    if (cause.fix.undo) out.push(c.dim('  Undo'));
    for (const command of cause.fix.undo ?? []) out.push(`    ${c.dim(visible(command))}`);
    out.push(c.dim(`  ${PROMISE}`));
  };

  const tell = (cause: ReportedCause, full: boolean): void => {
    const mark = cause.role === 'blocking' ? c.red('✖') : c.yellow('!');
    out.push(
      '',
      `${mark} ${wrap(visible(cause.text), o.width, '  ')
        .split('\n')
        .map((line) => c.bold(line))
        .join('\n')}`,
    );
    out.push(c.dim(`  ${cause.verdict} · ${cause.id}`));
    const shown = o.verbose ? cause.evidence : cause.evidence.slice(0, full ? EVIDENCE_SHOWN : 1);
    for (const seen of shown) {
      const place = `${seen.side} ${seen.section}${seen.line === undefined ? '' : `:${seen.line}`}`;
      out.push(`    ${c.dim(`${clip(place, 60)} │`)} ${clip(seen.text, Math.max(60, o.width))}`);
    }
    if (o.verbose && cause.trace) out.push(...traceLines(cause.trace, o.width).map((line) => c.dim(line)));
    const more = cause.evidence.length - shown.length;
    if (more > 0) out.push(c.dim(`    … and ${more} more (--verbose)`));
    if (full) tellFix(cause);
  };

  for (const [i, cause] of [...blocking, ...degrading].entries()) tell(cause, i < 3 || o.verbose === true);
  if (o.verbose) for (const cause of rest) tell(cause, true);
  else if (rest.length > 0) {
    out.push('', c.dim('Also noticed:'));
    for (const cause of rest) say(`${cause.role === 'latent' ? '·' : '↳'} ${cause.text} (${cause.id})`, '  ');
  }

  if (report.vantages) {
    out.push('', c.dim('From elsewhere:'));
    for (const row of vantageTable(report.vantages.seen)) out.push(`  ${row}`);
    say(`→ ${report.vantages.proves}`, '  ');
  }

  const { holes = [], ahead = [], asOf } = report.advisories ?? {};
  // What is not known to be open is for those who ask for everything.
  const told = o.verbose ? holes : holes.filter(({ verdict }) => verdict === 'affected');
  if (told.length > 0) {
    out.push('', c.dim(`Known holes of this sshd (as of ${asOf}):`));
    for (const { id, about, verdict } of told)
      say(
        `${verdict === 'affected' ? '!' : '?'} ${id}: ${about}${verdict === 'unknown' ? ' (its package may have it mended)' : ''}`,
        '  ',
      );
  }
  if (o.verbose && ahead.length > 0) {
    out.push('', c.dim('Before an upgrade:'));
    for (const { release, about } of ahead) say(`· ${release}: ${about}`, '  ');
  }

  out.push(...handshakeLines(report, o));

  if (report.blind.length > 0) {
    out.push('', c.dim('Not seen from here:'));
    for (const spot of report.blind) {
      const line = `? ${blindWhat(spot)} ${blindHides(spot)}; settle with: ${spot.settleWith}`;
      out.push(`  ${wrap(visible(line), o.width, '    ')}`);
    }
  }
  return `${out.join('\n')}\n`;
}

/** One line for each jump host: what became of it. */
function hopLines({ hops = [] }: Report): string[] {
  return hops.map((hop) => {
    const { outcome, detail } = hopOutcome(hop);
    return `${MARK[outcome]} by way of ${hop.name}${detail === '' ? '' : `: ${detail}`}`;
  });
}

/** From where: name → address, connection, first line. */
function vantageTable(seen: NonNullable<Report['vantages']>['seen']): string[] {
  const rows = seen.map((vantage) => [
    clip(vantage.name, 28) + (vantage.from === undefined ? '' : ` (${clip(vantage.from, 40)})`),
    clip(vantage.addresses.join(' '), 40),
    vantageOutcome(vantage),
    clip(vantage.banner ?? vantage.said ?? '', 60),
  ]);
  return columns(rows);
}
