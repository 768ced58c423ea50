import type { ReportedCause } from '../../model/report.ts';
import { html, type Markup, type Piece } from '../markup.ts';
import { matchText, type Step, stageText, verbText } from '../trace.ts';
import { PROMISE, placeOf, RISK } from '../words.ts';
import { commands, quoted, table } from './parts.ts';

const ROLE = {
  blocking: 'closes the gate',
  degrading: 'slows or limits the login',
  latent: 'does not touch this login',
  consequence: 'follows from another cause',
} as const;

/** One thing that was seen, with the number of its line. */
export function seen({ side, section, line, text }: ReportedCause['evidence'][number]): Markup {
  return html`
<li><span class="soft">${side}, <code>${placeOf({ section })}</code>${line !== undefined && `, line ${line}`}</span>
<pre>${line !== undefined && html`<span class="number">${line}</span>`}<code>${quoted(text)}</code></pre></li>`;
}

function evidence({ evidence: all }: ReportedCause, open: boolean): Markup {
  const title = `Evidence: ${all.length === 1 ? 'one line' : `${all.length} lines`}`;
  const list = html`<summary>${title}</summary>
<ul class="seen">${all.map(seen)}
</ul>
</details>`;
  return open
    ? html`
<details open>${list}`
    : html`
<details>${list}`;
}

/** Which rule met the packet, where, what it wanted, and what became of it. */
function trace(steps: readonly Step[]): Markup {
  const rows = steps.map((step): Piece[] => [
    stageText(step),
    step.place,
    html`<code>${quoted(step.rule)}</code>${
      step.section !== undefined &&
      html`<br><span class="soft">${placeOf({ section: step.section, line: step.line })}</span>`
    }`,
    step.matches.length > 0 &&
      html`<ul>${step.matches.map((match) => html`<li><code>${matchText(match)}</code></li>`)}</ul>`,
    verbText(step),
  ]);
  return html`
<details><summary>The way of the packet through the firewall: ${steps.length === 1 ? 'one step' : `${steps.length} steps`}</summary>
${table('The way of the packet (= matches, ≠ does not, ? cannot be told)', ['where', 'chain or group', 'rule', 'wants', 'the packet'], rows)}
</details>`;
}

/** What would mend it; `level`: that of its heading. */
export function fix({ fix: advice }: Pick<ReportedCause, 'fix'>, level = 4): Piece {
  if (!advice) return undefined;
  if ('refuse' in advice)
    return html`
<div class="fix"><h${level}>Not for a machine to fix</h${level}>
<p>${advice.refuse}.</p>
<ul>${advice.manual.map((step) => html`<li>${step}</li>`)}</ul></div>`;
  return html`
<div class="fix"><h${level}>Fix on the ${advice.where}${advice.risk !== 'safe' && ` (${RISK[advice.risk]})`}</h${level}>
<p>${advice.summary}</p>
${commands(advice.commands, true)}${
  advice.undo &&
  html`
<details><summary>Undo</summary>
${commands(advice.undo, true)}
</details>`
}
<p class="soft">${PROMISE}</p></div>`;
}

/** One cause: its sentence, how sure it is, what was seen, the way of the packet, and what would mend it. */
export function cause(one: ReportedCause, open: boolean): Markup {
  return html`
<article class="${one.role}">
<h3>${one.text}</h3>
<p class="facts"><span class="tag role">${ROLE[one.role]}</span><span class="tag">${one.verdict}</span> <span class="soft"><code>sshwhy explain ${one.id}</code></span></p>${evidence(one, open)}${
    one.trace && one.trace.length > 0 && trace(one.trace)
  }${fix(one)}
</article>`;
}
