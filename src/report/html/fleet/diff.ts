import { VERSION } from '../../../model/version.ts';
import type { FleetChange } from '../../../reason/fleet/diff.ts';
import { diffHeadline, grantLines, side } from '../../fleet/diff-words.ts';
import { endpoint, n } from '../../fleet/words.ts';
import { html, type Piece } from '../../markup.ts';
import { htmlDocument } from '../document.ts';
import { quoted, section, table } from '../parts.ts';
import { SCRIPT } from '../script.ts';
import { STYLE } from '../style.ts';

const CHANGES_MAX = 5000;
const MARK: Readonly<Record<FleetChange['kind'], string>> = {
  worse: '✖',
  gone: '✖',
  better: '✔',
  new: '+',
  other: '≠',
};
const CLASS: Readonly<Record<FleetChange['kind'], string>> = {
  worse: 'closed',
  gone: 'closed',
  better: 'open',
  new: 'unknown',
  other: 'degraded',
};

/** What changed between two runs as one HTML file that needs nothing else. */
export function fleetDiffPage(changes: readonly FleetChange[]): string {
  const shown = changes.slice(0, CHANGES_MAX);
  const rows = shown.map((change): Piece[] => [
    html`<span class="${CLASS[change.kind]}"><span class="mark" aria-hidden="true">${MARK[change.kind]}</span> ${change.kind}</span>`,
    html`<code>${endpoint(change)}</code>`,
    quoted(side(change.before)),
    html`${quoted(side(change.after))}${change.grants !== undefined && html`<ul>${grantLines(change.grants).map(({ mark, text }) => html`<li>${{ '+': 'came: ', '-': 'went: ', '≠': 'changed: ', '?': '' }[mark]}${quoted(text)}</li>`)}</ul>`}`,
  ]);
  return htmlDocument({
    title: diffHeadline(changes),
    about: html`<p class="soft">What two runs of sshwhy fleet say of the same hosts, held against each other.</p>`,
    parts: [
      [
        'changes',
        'Changes',
        rows.length > 0 &&
          section(
            'changes',
            'What changed, what got worse first',
            html`${table('Changes', ['change', 'host', 'before', 'after'], rows)}${
              changes.length > shown.length && html`<p>${n(changes.length - shown.length)} more are left out here.</p>`
            }`,
          ),
      ],
    ],
    version: VERSION,
    style: STYLE,
    script: SCRIPT,
  });
}
