import pc from 'picocolors';
import { type LogSummary, type Ranked, TRENDS, type Trend } from '../../reason/logs/summary.ts';
import type { Tallied } from '../../reason/logs/tally.ts';
import { columns } from '../columns.ts';
import { clip } from '../escape.ts';
import { jsonText } from '../json-text.ts';

const BARS = '▁▂▃▄▅▆▇█';

/** Bars of the height of the numbers; nothing at all is a blank. */
export function sparkline(numbers: readonly number[]): string {
  const most = Math.max(...numbers, 1);
  return numbers.map((n) => (n === 0 ? ' ' : (BARS[Math.min(7, Math.floor((n / most) * 8))] ?? ''))).join('');
}

const when = (at: number | undefined): string =>
  at === undefined ? '-' : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
const some = (n: number): string => n.toLocaleString('en-US');
const plural = (n: number, one: string, many = `${one}s`): string => `${some(n)} ${n === 1 ? one : many}`;

function ranked(title: string, { rows, more, missing }: Ranked, width: number, many: string): string[] {
  if (rows.length === 0) return [];
  const row = ({ name, letIn, refused, first, last }: Tallied): string[] => [
    clip(name, width) || '(empty)',
    some(letIn),
    some(refused),
    when(first),
    when(last),
  ];
  const note = [
    ...(more > 0 ? [`  … and ${plural(more, 'other', many)}`] : []),
    ...(missing > 0 ? [`  more names than are kept: up to ${some(missing)} may be missing in a row`] : []),
  ];
  const lines = columns([[title, 'in', 'refused', 'first', 'last'], ...rows.map(row)], [1, 2]);
  return ['', ...lines, ...note];
}

const NAMES: Readonly<Record<Trend, string>> = {
  letIn: 'let in',
  refused: 'refused',
  left: 'named nobody',
  bans: 'bans',
  dropped: 'dropped',
};

/** `15 minutes`, `1 hour`, `7 days`. */
function lasting(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 60) return plural(minutes, 'minute');
  return minutes < 1440 ? plural(minutes / 60, 'hour') : plural(minutes / 1440, 'day');
}

/** A line of bars for each thing that happened, over the same time, and when most was refused. */
function trendLines({ from, stepMs, counts }: LogSummary['trends']): string[] {
  // One bar says nothing that the counts do not say.
  if (from === undefined || counts.refused.length < 2) return [];
  const shown = TRENDS.filter((name) => counts[name].some((n) => n > 0));
  const steps = counts.refused.length;
  const width = Math.max(...shown.map((name) => NAMES[name].length));
  const most = Math.max(...counts.refused);
  const busiest = counts.refused.indexOf(most);
  const span = `${when(from)} to ${when(from + steps * stepMs)}`;
  return [
    '',
    `${span}, in steps of ${lasting(stepMs)}`,
    ...shown.map((name) => `${NAMES[name].padEnd(width)}  ${sparkline(counts[name])}`.trimEnd()),
    ...(most > 1
      ? [`most were refused from ${when(from + busiest * stepMs)} on: ${some(most)} in ${lasting(stepMs)}`]
      : []),
  ];
}

function banLines({ rows, standing, more }: LogSummary['banned'], show: number, width: number): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, show);
  const hidden = rows.length - shown.length + more;
  return [
    '',
    ...columns(
      [
        ['banned', 'by', 'times', 'since', 'until'],
        ...shown.map(({ address, by, times, since, stands, lifted }) => [
          clip(address, width),
          clip(by, width),
          some(times),
          when(since),
          stands ? 'stands at the end of the log' : when(lifted),
        ]),
      ],
      [2],
    ),
    ...(hidden > 0 ? [`  … and ${plural(hidden, 'other')}`] : []),
    ...(shown.length < standing ? [`  ${some(standing)} in all stand at the end of the log`] : []),
  ];
}

/** The counts that are always said: how much of the log is behind the rest. */
export function countsLine({
  counts: { lines, typed, other, foreign, unparsed, impostor },
  within,
}: Pick<LogSummary, 'counts' | 'within'>): string {
  return [
    `${plural(lines, 'line')} read: ${some(typed)} understood${within === undefined ? '' : ` (${some(within)} of them within what is asked for)`}`,
    `${some(other)} of known programs but of no known kind`,
    `${some(foreign)} of other programs`,
    `${some(unparsed)} unreadable`,
    ...(impostor > 0 ? [`${some(impostor)} in the name of sshd but written by an ordinary user`] : []),
  ].join(', ');
}

/** What a log says, for a person. */
export function logsText(summary: LogSummary, { color, width }: { color: boolean; width: number }, rows = 10): string {
  const paint = pc.createColors(color);
  const { first, last, letIn, refused, left, bans, banned, dropped, forged, trends } = summary;
  const nameWidth = Math.max(16, Math.min(44, width - 56));
  const reasons = summary.reasons
    .slice(0, 15)
    .map(({ type, refused: n, first: from, last: at }) => [some(n), when(from), when(at), type.id, '']);
  const faults = summary.faults.slice(0, 15).map(({ type, count, last: at }) => [some(count), when(at), type.id, '']);
  const about = (
    all: typeof reasons,
    types: readonly { readonly meaning: string; readonly causes: readonly string[] }[],
  ): string[] =>
    columns(all, [0]).flatMap((one, i) => [
      one,
      `      ${types[i]?.meaning ?? ''}`,
      ...(types[i]?.causes.length ? [`      sshwhy explain ${types[i]?.causes.slice(0, 3).join(' | ')}`] : []),
    ]);
  const out = [
    `${when(first)} to ${when(last)}: ${paint.green(`${some(letIn)} let in`)}, ${paint.red(`${some(refused)} refused`)}, ${plural(left, 'connection')} that named nobody`,
    ...(bans > 0 || banned.standing > 0
      ? [
          `${plural(bans, 'ban')} by what watches the log; at its end ${some(banned.standing)} ${banned.standing === 1 ? 'address is' : 'addresses are'} still shut out`,
        ]
      : []),
    ...(dropped > 0 ? [`${plural(dropped, 'packet')} to sshd dropped by a firewall`] : []),
    ...(forged > 0
      ? [paint.yellow(`${plural(forged, 'line')} made to look like another: whom they name is not counted`)]
      : []),
    countsLine(summary),
    ...trendLines(trends),
  ];
  if (reasons.length > 0) {
    out.push(
      '',
      paint.bold('Why they were refused'),
      ...about(
        reasons,
        summary.reasons.map((one) => one.type),
      ),
    );
    if (summary.reasons.length > 15) out.push(`  … and ${plural(summary.reasons.length - 15, 'other reason')}`);
  }
  if (faults.length > 0) {
    out.push(
      '',
      paint.bold('What is broken'),
      ...about(
        faults,
        summary.faults.map((one) => one.type),
      ),
    );
    if (summary.faults.length > 15) out.push(`  … and ${summary.faults.length - 15} more kinds`);
  }
  out.push(
    ...ranked('user', summary.users, nameWidth, 'others'),
    ...ranked('from', summary.sources, nameWidth, 'others'),
    ...ranked('network', summary.networks, nameWidth, 'others'),
    ...banLines(banned, rows, nameWidth),
  );
  return `${out.join('\n')}\n`;
}

/** The same as the last line of `--json`. */
export function summaryRecord(summary: LogSummary): string {
  const at = (ms: number | undefined): string | undefined =>
    ms === undefined ? undefined : new Date(ms).toISOString();
  const rank = ({ rows, more, missing }: Ranked): object => ({
    rows: rows.map(({ name, letIn, refused, first, last }) => ({
      name,
      letIn,
      refused,
      first: at(first),
      last: at(last),
    })),
    more,
    missing,
  });
  const { counts, within, letIn, refused, left, bans, banned, dropped, forged, trends } = summary;
  return `${jsonText({
    kind: 'summary',
    first: at(summary.first),
    last: at(summary.last),
    ...{ counts, within, letIn, refused, left, bans, dropped, forged },
    trends: { from: at(trends.from), stepMs: trends.stepMs, ...trends.counts },
    banned: {
      rows: banned.rows.map(({ address, by, times, since, stands, lifted }) => ({
        ...{ address, by, times, stands },
        since: at(since),
        lifted: at(lifted),
      })),
      standing: banned.standing,
      more: banned.more,
    },
    reasons: summary.reasons.map(({ type, refused: n, first, last }) => ({
      event: type.id,
      refused: n,
      first: at(first),
      last: at(last),
      causes: type.causes,
    })),
    faults: summary.faults.map(({ type, count, last }) => ({
      event: type.id,
      count,
      last: at(last),
      causes: type.causes,
    })),
    users: rank(summary.users),
    sources: rank(summary.sources),
    networks: rank(summary.networks),
  })}\n`;
}
