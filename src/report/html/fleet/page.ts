import { FLEET_OUTCOMES } from '../../../model/fleet.ts';
import { VERSION } from '../../../model/version.ts';
import type { FleetRun } from '../../../reason/fleet/run.ts';
import { aboutRun, headline, looksOf, n, OUTCOME_MARK, outcomeWord } from '../../fleet/words.ts';
import { html, type Piece } from '../../markup.ts';
import { htmlDocument, type Part } from '../document.ts';
import { section, table } from '../parts.ts';
import { SCRIPT } from '../script.ts';
import { STYLE } from '../style.ts';
import { drift } from './drift.ts';
import { FILTER_SCRIPT, FLEET_STYLE, filter } from './filter.ts';
import { group } from './groups.ts';
import { hosts } from './hosts.ts';
import { askedKeys, keySums } from './keys.ts';
import { matrix } from './matrix.ts';
import { vantages } from './vantages.ts';

const WIDE = 1000;
const GROUPS_MAX = 200;

/** How many of each outcome, as a bar and in numbers. */
function summary({ summary: sums, asked }: FleetRun): Piece {
  const { outcomes } = sums;
  const all = looksOf(sums);
  let before = 0;
  const there = FLEET_OUTCOMES.filter((outcome) => (outcomes[outcome] ?? 0) > 0);
  const bar = there.map((outcome) => {
    const [x, width] = [(before / all) * WIDE, ((outcomes[outcome] ?? 0) / all) * WIDE];
    before += outcomes[outcome] ?? 0;
    return html`<rect class="${outcome}" x="${x.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="20"/>`;
  });
  const rows = there.map((outcome) => [
    `${OUTCOME_MARK[outcome]} ${outcomeWord(outcome, asked)}`,
    n(outcomes[outcome] ?? 0),
    `${(((outcomes[outcome] ?? 0) / all) * 100).toFixed(1)} %`,
  ]);
  return html`
<svg class="outcomes" viewBox="0 0 ${WIDE} 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">${bar}</svg>
${table('How many of each', ['outcome', sums.vantages === undefined ? 'hosts' : 'looks', 'share'], rows)}`;
}

function groups({ summary: { groups: all } }: FleetRun): Piece {
  if (all.length === 0) return undefined;
  const shown = all.slice(0, GROUPS_MAX);
  return section(
    'causes',
    'What they have in common, most first',
    html`${shown.map(group)}${all.length > shown.length && html`<p>${n(all.length - shown.length)} more are left out here.</p>`}`,
  );
}

function parts(run: FleetRun): readonly Part[] {
  if (run.summary.hosts === 0) return [];
  return [
    ['summary', 'Summary', section('summary', 'Summary', summary(run))],
    [
      'asked-keys',
      'Keys asked about',
      run.keys.length > 0 && section('asked-keys', 'Where these keys get in', askedKeys(run.keys)),
    ],
    [
      'vantages',
      'From where to where',
      run.vantages !== undefined && section('vantages', 'From where to where', vantages(run.vantages)),
    ],
    ['causes', 'Causes', groups(run)],
    ['keys', 'Keys', run.summary.keys !== undefined && section('keys', 'Keys across hosts', keySums(run.summary.keys))],
    ['matrix', 'Matrix', section('matrix', 'Matrix', html`${filter(run.asked)}${matrix(run.matrix, run.asked)}`)],
    [
      'drift',
      'Drift',
      run.drift.length > 0 && section('drift', 'Drift: hosts that should be alike, and are not', drift(run.drift)),
    ],
    ['hosts', 'Hosts', section('hosts', 'Each host', hosts(run))],
  ];
}

/** A run over many hosts as one HTML file that needs nothing else; it stays bounded for any number of hosts. */
export function fleetPage(run: FleetRun): string {
  return htmlDocument({
    title: headline(run),
    about: html`<p class="soft">${aboutRun(run)}</p>`,
    parts: parts(run),
    version: VERSION,
    style: STYLE + FLEET_STYLE,
    script: SCRIPT + FILTER_SCRIPT,
  });
}
