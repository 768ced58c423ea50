import { FLEET_OUTCOMES, type FleetHost } from '../../../model/fleet.ts';
import { outcomeWord } from '../../fleet/words.ts';
import { html, type Markup } from '../../markup.ts';

/** Narrows down the matrix and the hosts; shown only where a script runs. */
export function filter(asked: readonly FleetHost['asked'][]): Markup {
  return html`
<search id="filter" hidden>
<label for="filter-words">Show only hosts with these words <input id="filter-words" type="search" autocomplete="off" spellcheck="false"></label>
<label for="filter-outcome">Outcome <select id="filter-outcome"><option value="">any</option>${FLEET_OUTCOMES.map((outcome) => html`<option value="${outcome}">${outcomeWord(outcome, asked)}</option>`)}</select></label>
<span role="status" id="filter-said"></span>
</search>`;
}

/** Hides rows and hosts that do not hold all the words. What is read is text that is there already; nothing is made markup. */
export const FILTER_SCRIPT = `
const box = document.getElementById('filter');
if (box) {
  box.hidden = false;
  const words = document.getElementById('filter-words');
  const outcome = document.getElementById('filter-outcome');
  const said = document.getElementById('filter-said');
  let all;
  const read = () => all ??= [...document.querySelectorAll('table[data-filtered] > tbody > tr, div[data-filtered] > details')]
    .map((one) => [one, one.textContent.toLowerCase()]);
  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let rows = 0, hosts = 0, ofHosts = 0;
    for (const [one, text] of read()) {
      const shown = (outcome.value === '' || one.classList.contains(outcome.value)) && wanted.every((word) => text.includes(word));
      one.hidden = !shown;
      if (one.localName === 'tr') rows += shown; else { ofHosts++; hosts += shown; }
    }
    said.textContent = wanted.length === 0 && outcome.value === '' ? '' : rows + ' rows of the matrix, ' + hosts + ' of ' + ofHosts + ' hosts.';
  };
  let timer;
  words.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(apply, 150); });
  outcome.addEventListener('change', apply);
}
`;

export const FLEET_STYLE = `
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.names{margin:.25rem 0;font-weight:400}
.matrix td,.matrix th{vertical-align:middle}
.matrix th[scope=row]{font-weight:400;min-width:14rem}
.matrix .turned{vertical-align:bottom;padding:.35rem .15rem}
.matrix .turned span{writing-mode:vertical-rl;transform:rotate(180deg);font-weight:400}
.matrix .cell{text-align:center;padding:.35rem .15rem;position:relative;font-weight:700}
.cell.ok{color:var(--good)}.cell.broken{color:var(--bad)}.cell.degraded,.cell.unknown{color:var(--warn)}.cell.not-looked-at{color:var(--soft)}
tr.open .mark,.host.open .mark{color:var(--good)}tr.closed .mark,.host.closed .mark{color:var(--bad)}tr.degraded .mark,.host.degraded .mark,tr.unknown .mark,.host.unknown .mark{color:var(--warn)}
.host{border-bottom:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 2.25rem}
.host .mark{font-weight:700;display:inline-block;width:1.25rem}
.found{border-left:.25rem solid var(--line);padding-left:.75rem;margin:.5rem 0}
search{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:center;margin:1rem 0;padding:.5rem .75rem;background:var(--well);border:1px solid var(--line);border-radius:.25rem}
search[hidden]{display:none}
input,select{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--soft);border-radius:.25rem;padding:.35rem .5rem;min-height:2.25rem;max-width:100%}
.outcomes{width:100%;height:1.5rem;display:block;margin:.5rem 0}
.outcomes .open{fill:var(--good)}.outcomes .closed{fill:var(--bad)}.outcomes .degraded{fill:var(--warn)}.outcomes .unknown{fill:var(--soft)}.outcomes .not-asked{fill:var(--line)}
.outcomes rect{stroke:var(--paper);stroke-width:1}
@media print{search{display:none}.host{content-visibility:visible}}
`;
