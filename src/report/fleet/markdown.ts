import { cut } from '../../model/cut.ts';
import type { FleetDrift, FleetSummary, FleetVantages } from '../../model/fleet.ts';
import type { FleetKey, FleetKeySums } from '../../model/fleet-keys.ts';
import type { FleetMatrix } from '../../reason/fleet/matrix.ts';
import type { FleetRun } from '../../reason/fleet/run.ts';
import { adviceMarkdown } from '../advice.ts';
import { fence, inline, table } from '../markdown-text.ts';
import { placeOf } from '../words.ts';
import { keysHeadline, lastSeen } from './keys.ts';
import { cellWord } from './vantages.ts';
import {
  aboutRun,
  alikeName,
  countsOf,
  endpoint,
  fixNote,
  headline,
  hosts,
  n,
  OUTCOME_MARK,
  outcomeWord,
  STATE_MARK,
  STATE_WORD,
  sharedNote,
  some,
  titleOf,
} from './words.ts';

/** What fits into a ticket (GitHub takes 65,536 characters of one). */
const GROUPS_MAX = 20;
const NAMES_MAX = 30;
const ROWS_MAX = 40;
const DIFFERS_MAX = 15;
const SETS_MAX = 20;
const LONGEST = 500;
const WAYS_MAX = 100;

const short = (text: string): string => cut(text, LONGEST);

function group(one: FleetSummary['groups'][number]): string[] {
  const { id, verdict, severity, says, count, fix, shared } = one;
  const note = fixNote(one);
  return [
    '',
    `### ${hosts(count)}: ${inline(titleOf(id))}`,
    '',
    `${(verdict ?? severity) === undefined ? '' : `${verdict ?? severity}: `}${inline(id)}. ${inline(short(some(one.hosts, count, NAMES_MAX)))}`,
    '',
    `${count > 1 ? 'E.g. ' : ''}${inline(short(says))}`,
    ...(shared === undefined
      ? []
      : ['', `${sharedNote(one)} (${inline(placeOf({ section: shared.at }))}):`, '', ...fence([short(shared.text)])]),
    ...adviceMarkdown(fix, LONGEST),
    ...(note === undefined ? [] : ['', inline(note)]),
  ];
}

function askedKeys(all: readonly FleetKey[]): string[] {
  return all.flatMap((key) => [
    '',
    `### ${inline(key.fingerprint)}`,
    '',
    inline(key.says),
    ...(key.ways.length === 0
      ? []
      : [
          '',
          ...table(
            ['', 'account', 'where', 'restrictions', 'last seen'],
            key.ways
              .slice(0, WAYS_MAX)
              .map((way) => [
                { open: '✔', closed: '✖', unknown: '?' }[way.standing],
                `${way.account}@${endpoint({ name: way.host, port: way.port })}${way.via.length > 0 ? `, by way of ${way.via.join(', then ')}` : ''}`,
                way.where,
                short(way.options),
                lastSeen(way),
              ]),
          ),
        ]),
    ...(key.ways.length + key.further > WAYS_MAX
      ? ['', `${n(key.ways.length + key.further - WAYS_MAX)} more are left out here.`]
      : []),
    ...(key.unknown > 0
      ? [
          '',
          `Not known of: ${inline(
            short(
              some(
                key.unseen.map(({ host, port }) => endpoint({ name: host, port })),
                key.unknown,
                NAMES_MAX,
              ),
            ),
          )}`,
        ]
      : []),
  ]);
}

function vantageRows({ columns, rows, further, says }: FleetVantages): string[] {
  const shown = rows.slice(0, ROWS_MAX);
  const left = rows.slice(ROWS_MAX).reduce((sum, { count }) => sum + count, further);
  return [
    '',
    inline(says),
    '',
    ...table(
      ['hosts', ...columns.map(({ vantages }) => `from ${some(vantages, vantages.length, 3)}`), 'in words'],
      shown.map((row) => [
        some(row.hosts.map(endpoint), row.count, 3),
        ...row.cells.map((cell) => (cell === null ? '' : `${OUTCOME_MARK[cell.outcome]} ${cellWord(cell)}`)),
        short(row.says),
      ]),
    ),
    ...(left > 0 ? ['', `${hosts(left)} more are in none of these rows.`] : []),
  ];
}

function keySums(sums: FleetKeySums): string[] {
  return [
    '',
    `${inline(keysHeadline(sums))}.`,
    '',
    ...sums.blind.map(
      (one) => `- not known: ${inline(short(`${endpoint({ name: one.host, port: one.port })}: ${one.why}`))}`,
    ),
    ...sums.widest.slice(0, GROUPS_MAX).map(({ says }) => `- ${inline(short(says))}`),
    ...(sums.findings.length > 0 ? ['', '### Across hosts', ''] : []),
    ...sums.findings
      .slice(0, GROUPS_MAX)
      .map(
        ({ severity, id, text, action }) =>
          `- ${severity}: ${inline(short(text))} (${inline(id)}) ${inline(short(action))}`,
      ),
    ...(sums.findings.length + sums.further > GROUPS_MAX
      ? ['', `${n(sums.findings.length + sums.further - GROUPS_MAX)} more are left out here.`]
      : []),
  ];
}

function matrix({ columns, rows, further }: FleetMatrix, asked: FleetRun['asked']): string[] {
  const shown = rows.slice(0, ROWS_MAX);
  const left = rows.slice(ROWS_MAX).reduce((sum, { count }) => sum + count, further);
  return [
    '',
    Object.entries(STATE_MARK)
      .map(([state, mark]) => `${mark} ${STATE_WORD[state as keyof typeof STATE_WORD]}`)
      .join(', '),
    '',
    ...table(
      ['hosts', 'outcome', ...columns],
      shown.map((row) => [
        row.count > 3
          ? `${hosts(row.count)}, such as ${some(row.hosts.map(endpoint), 3, 3)}`
          : some(row.hosts.map(endpoint), row.count, 3),
        `${OUTCOME_MARK[row.outcome]} ${outcomeWord(row.outcome, asked)}`,
        ...row.cells.map((state) => STATE_MARK[state]),
      ]),
    ),
    ...(left > 0 ? ['', `${hosts(left)} more are in none of these rows.`] : []),
  ];
}

function drift(all: readonly FleetDrift[]): string[] {
  return [
    ...all.slice(0, SETS_MAX).flatMap((one) => [
      '',
      `### ${inline(alikeName(one))}`,
      '',
      inline(one.says),
      ...(one.differs.length > 0 ? [''] : []),
      ...one.differs.slice(0, DIFFERS_MAX).map(({ says, values }) => {
        const [odd] = values.slice(1).flatMap(({ hosts: who }) => who);
        return `- ${inline(short(says))}${odd?.at === undefined ? '' : ` (${inline(odd.name)}: ${inline(odd.at)})`}`;
      }),
      ...(one.differs.length > DIFFERS_MAX ? [`- and ${n(one.differs.length - DIFFERS_MAX)} more`] : []),
    ]),
    ...(all.length > SETS_MAX ? ['', `${n(all.length - SETS_MAX)} more groups are left out here.`] : []),
  ];
}

/** A run over many hosts for a ticket or a wiki: GitHub's Markdown without any HTML, short for any number of hosts. */
export function fleetMarkdown(run: FleetRun): string {
  const { summary } = run;
  const lines = [
    `# ${inline(headline(run))}`,
    '',
    inline(aboutRun(run)),
    ...(run.keys.length > 0 ? ['', '## Where these keys get in', ...askedKeys(run.keys)] : []),
    ...(run.vantages === undefined ? [] : ['', '## From where to where', ...vantageRows(run.vantages)]),
    ...(summary.groups.length > 0 ? ['', '## What they have in common'] : []),
    ...summary.groups.slice(0, GROUPS_MAX).flatMap(group),
    ...(summary.groups.length > GROUPS_MAX
      ? ['', `${n(summary.groups.length - GROUPS_MAX)} more causes are left out here.`]
      : []),
    ...(summary.keys === undefined ? [] : ['', '## Keys across hosts', ...keySums(summary.keys)]),
    ...(summary.hosts > 0 ? ['', '## Matrix', ...matrix(run.matrix, run.asked)] : []),
    ...(run.drift.length > 0 ? ['', '## Drift: hosts that should be alike', ...drift(run.drift)] : []),
    '',
    `In all ${hosts(summary.hosts)}: ${countsOf(summary, run.asked)}.`,
  ];
  return `${lines.join('\n')}\n`;
}
