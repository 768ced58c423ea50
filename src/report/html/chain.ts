import type { ReportedGate } from '../../model/report.ts';
import { html, type Markup } from '../markup.ts';
import { MARK } from '../words.ts';

const STEP = 100;
const FIRST = 50;
const MIDDLE = 34;
const RADIUS = 15;

function link(at: number, broken: number): Markup {
  const [from, to] = [FIRST + (at - 1) * STEP + RADIUS + 4, FIRST + at * STEP - RADIUS - 4];
  if (at === broken) {
    const x = (from + to) / 2;
    return html`<line class="after" x1="${from}" y1="${MIDDLE}" x2="${x - 14}" y2="${MIDDLE}"/><line class="after" x1="${x + 14}" y1="${MIDDLE}" x2="${to}" y2="${MIDDLE}"/><path d="M${x - 8} ${MIDDLE - 8}l16 16m0 -16l-16 16"/>`;
  }
  return html`<line class="${broken >= 0 && at > broken ? 'after' : 'before'}" x1="${from}" y1="${MIDDLE}" x2="${to}" y2="${MIDDLE}"/>`;
}

/** The gates as a chain, cut in front of the first closed one. The list under it says the same in words. */
function picture(gates: readonly ReportedGate[]): Markup {
  const broken = gates.findIndex(({ outcome }) => outcome === 'closed');
  return html`
<svg class="chain" viewBox="0 0 ${gates.length * STEP} 80" aria-hidden="true" focusable="false">${gates.map(
    ({ gate, outcome }, at) => html`
${at > 0 && link(at, broken)}<g class="${outcome}"><circle cx="${FIRST + at * STEP}" cy="${MIDDLE}" r="${RADIUS}"/><text x="${FIRST + at * STEP}" y="${MIDDLE + 5}">${MARK[outcome]}</text><text x="${FIRST + at * STEP}" y="${MIDDLE + 38}">${gate}</text></g>`,
  )}
</svg>`;
}

/** What became of each gate, in words. */
export function gateList(gates: readonly ReportedGate[]): Markup {
  return html`
<ol class="gates">${gates.map(
    ({ gate, outcome, detail }) => html`
<li class="${outcome}"><span class="mark" aria-hidden="true">${MARK[outcome]}</span><span class="name">${gate}</span><span class="what"><b>${outcome.replace('-', ' ')}</b>: ${detail}</span></li>`,
  )}
</ol>`;
}

export function chain(gates: readonly ReportedGate[]): Markup {
  return html`${picture(gates)}${gateList(gates)}`;
}
